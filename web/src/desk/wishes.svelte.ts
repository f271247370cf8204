/** What a person asked to be saved, until it is; and how all of it stands, taken together. */
import { SvelteMap } from 'svelte/reactivity';
import { percentOf } from '../ui/sizes.ts';
import { BEGUN, type InTrouble, type Key, type Moving } from './moving.ts';

export type Standing = { is: 'saving'; percent: number; paused: boolean } | { is: 'failed' };

/** How the saving of one stands; null when nothing is known of it. */
type Look = (key: Key) => Moving | InTrouble | null;

export class Wishes {
  readonly #all = new SvelteMap<Key, 'runs' | 'failed'>();
  readonly #settles: (() => void)[] = [];
  readonly #look: Look;

  constructor(look: Look) {
    this.#look = look;
  }

  get running(): boolean {
    return [...this.#all.values()].includes('runs');
  }

  /** Null when nothing is being saved, and nothing failed. */
  get standing(): Standing | null {
    if (this.#all.size === 0) return null;
    if ([...this.#all.values()].includes('failed')) return { is: 'failed' };
    const all = [...this.#all.keys()].map((key) => this.#moving(key));
    const sum = (of: (one: Moving) => number) => all.reduce((sum, one) => sum + of(one), 0);
    const total = sum((one) => one.total);
    const percent =
      total > 0
        ? percentOf(
            sum((one) => one.opened),
            total,
          )
        : 0;
    return { is: 'saving', percent, paused: all.every((one) => one.paused) };
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
    if (this.#all.get(key) === 'runs') return false;
    this.#all.set(key, 'runs');
    try {
      return await save();
    } finally {
      if (this.#look(key)?.is === 'trouble') this.#all.set(key, 'failed');
      else this.#all.delete(key);
      if (!this.running) for (const settle of this.#settles.splice(0)) settle();
    }
  }

  #moving(key: Key): Moving {
    const moving = this.#look(key);
    return moving?.is === 'fetching' ? moving : BEGUN;
  }
}
