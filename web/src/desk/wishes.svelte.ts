/** What a person asked to be saved, until it is; and how all of it stands, taken together. */
import { SvelteMap } from 'svelte/reactivity';
import { percentOf } from '../ui/sizes.ts';
import { BEGUN, type InTrouble, type Key, type Moving } from './moving.ts';

export type Standing = { is: 'saving' | 'paused' | 'waiting'; percent: number } | { is: 'failed' };

/** How the saving of one stands; null when nothing is known of it. */
type Look = (key: Key) => Moving | InTrouble | null;

export class Wishes {
  /** How often something was saved. */
  done = $state(0);
  readonly #all = new SvelteMap<Key, 'runs' | 'failed'>();
  readonly #settles: (() => void)[] = [];
  readonly #look: Look;

  constructor(look: Look) {
    this.#look = look;
  }

  get running(): boolean {
    return [...this.#all.values()].includes('runs');
  }

  has(key: Key): boolean {
    return this.#all.get(key) === 'runs';
  }

  /** Null when nothing is being saved, and nothing failed. */
  get standing(): Standing | null {
    if (this.#all.size === 0) return null;
    const running = [...this.#all].filter(([, how]) => how === 'runs');
    if (running.length === 0) return { is: 'failed' };
    const all = running.map(([key]) => this.moving(key));
    const sum = (of: (one: Moving) => number) => all.reduce((sum, one) => sum + of(one), 0);
    const total = sum((one) => one.total);
    const percent =
      total > 0
        ? percentOf(
            sum((one) => one.opened),
            total,
          )
        : 0;
    const is = all.every((one) => one.paused)
      ? 'paused'
      : all.every((one) => one.paused || one.waiting !== null)
        ? 'waiting'
        : 'saving';
    return { is, percent };
  }

  /** Whoever looked knows what failed. */
  seen(): void {
    for (const [key, how] of [...this.#all]) if (how === 'failed') this.#all.delete(key);
  }

  /** Resolves when nothing is being saved any more. */
  settled(): Promise<void> {
    return this.running ? new Promise((settle) => void this.#settles.push(settle)) : Promise.resolve();
  }

  /**
   * Gives what `save` gives, false while the same one runs. What ends in no trouble and is not saved was not
   * wanted any more.
   */
  async run(key: Key, save: () => Promise<boolean>): Promise<boolean> {
    if (this.has(key)) return false;
    this.#all.set(key, 'runs');
    // What went wrong while it was only looked at has been said.
    const before = this.#look(key);
    let saved = false;
    try {
      saved = await save();
      if (saved) this.done += 1;
      return saved;
    } finally {
      const now = this.#look(key);
      if (!saved && now?.is === 'trouble' && now !== before) this.#all.set(key, 'failed');
      else this.#all.delete(key);
      if (!this.running) for (const settle of this.#settles.splice(0)) settle();
    }
  }

  moving(key: Key): Moving {
    const moving = this.#look(key);
    return moving?.is === 'fetching' ? moving : BEGUN;
  }
}
