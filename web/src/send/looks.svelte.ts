/** What was found in the files that were picked, and whether the place in them may stay. Looking keeps nobody waiting. */
import type { Findings } from '../media/inspect.ts';
import type { Patch } from '../media/patch.ts';
import { insist } from './insist.ts';
import type { Picked } from './picked.ts';

export class Looks {
  #found = $state.raw<Readonly<Record<number, Findings>>>({});
  #keepsPlace = $state.raw<readonly number[]>([]);
  readonly #running: Record<number, Promise<void>> = {};

  look({ key, file }: Picked): void {
    this.#running[key] ??= insist(() => import('../media/inspect.ts'))
      .then(({ inspect }) => inspect(file))
      .then((findings) => void (this.#found = { ...this.#found, [key]: findings }));
  }

  of(key: number): Findings | undefined {
    return this.#found[key];
  }

  keepsPlace(key: number): boolean {
    return this.#keepsPlace.includes(key);
  }

  keepPlace(key: number, keeps: boolean): void {
    const others = this.#keepsPlace.filter((other) => other !== key);
    this.#keepsPlace = keeps ? [...others, key] : others;
  }

  /** What blanks the place in it; nothing where there is none, or where it may stay. */
  patches(key: number): readonly Patch[] {
    return this.#keepsPlace.includes(key) ? [] : (this.#found[key]?.location?.patches ?? []);
  }

  /** Resolves when these were looked at, at the latest after so many milliseconds. */
  async settled(keys: readonly number[], within: number): Promise<void> {
    const enough = new Promise((resolve) => setTimeout(resolve, within));
    await Promise.race([enough, Promise.all(keys.map((key) => this.#running[key]))]);
  }
}
