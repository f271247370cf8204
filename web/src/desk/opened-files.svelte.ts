/**
 * The files of what was opened at this desk. What is being saved goes on when its page is left: its row in the
 * list says how far it is, or that it failed, and coming back shows it as it stands. All else ends with the page.
 */
import { SvelteMap } from 'svelte/reactivity';
import type { Files } from './files.svelte.ts';
import type { Standing } from './wishes.svelte.ts';

export class OpenedFiles {
  readonly #shown = new SvelteMap<string, Files>();
  /** Their page was left while something was being saved. */
  readonly #left = new SvelteMap<string, Files>();
  readonly #make: (id: string) => Files;

  constructor(make: (id: string) => Files) {
    this.#make = make;
  }

  /** A submission's page is opened. */
  of(id: string): Files {
    // A page that broke was never left.
    const files = this.#left.get(id) ?? this.#shown.get(id) ?? this.#make(id);
    this.#left.delete(id);
    this.#shown.set(id, files);
    files.away = false;
    return files;
  }

  /** Its page is left. */
  leave(id: string): void {
    const files = this.#shown.get(id);
    if (files === undefined) return;
    this.#shown.delete(id);
    files.wishes.seen();
    if (!files.wishes.running) return files.leave();
    files.away = true;
    this.#left.set(id, files);
    void files.wishes.settled().then(() => {
      const failed = files.wishes.standing !== null;
      if (this.#left.get(id) === files && !failed) this.#ends(id, files);
    });
  }

  /** How what is saved of a submission stands. */
  standing(id: string): Standing | null {
    const files = this.#left.get(id) ?? this.#shown.get(id);
    return files?.wishes.standing ?? null;
  }

  /** Holds all that is on its way, until it is let go on. */
  hold(): () => void {
    const going = [...this.#shown.values(), ...this.#left.values()].map((files) => files.hold());
    return () => going.forEach((goesOn) => goesOn());
  }

  /** What is gone leaves no copy in this browser either. */
  keepsOnly(lies: (id: string) => boolean): void {
    for (const [id, files] of [...this.#left]) if (!lies(id)) this.#ends(id, files);
  }

  /** Whether a page that is closed now would end something that is being saved. */
  get wouldEnd(): boolean {
    const all = [...this.#shown.values(), ...this.#left.values()];
    // A download begins as a page that is gone to does: then nothing ends.
    return all.some((files) => files.wishes.running) && !all.some((files) => files.asks);
  }

  /** The desk is locked. */
  end(): void {
    for (const id of [...this.#shown.keys()]) this.#shown.get(id)?.leave();
    this.#shown.clear();
    this.keepsOnly(() => false);
  }

  #ends(id: string, files: Files): void {
    this.#left.delete(id);
    files.leave();
  }
}
