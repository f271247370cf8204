/** A network's pace for tests: no clock decides when it is too slow, but how often others had their turn. */
import type { Pace } from './pace.ts';

export class FakePace implements Pace {
  readonly window: number;
  readonly #patience: number;

  /** `patience`: turns that it is waited for. Unless told otherwise all that does not fit is staged at once. */
  constructor(window = 16 * 1024 * 1024, patience = 0) {
    this.window = window;
    this.#patience = patience;
  }

  acknowledged(): void {}

  async outlasts(sooner: Promise<void>): Promise<boolean> {
    let came = false;
    void sooner.then(() => (came = true));
    for (let turn = 0; turn < this.#patience && !came; turn++)
      await new Promise<void>((resolve) => setImmediate(resolve));
    return !came;
  }
}
