/**
 * Adds up the files of a delivery, tells the page at most four times a second (each time it
 * is drawn anew, which takes from sealing), and never forgets the last.
 */
import { Rate } from './rate.ts';
import type { SendingProgress } from './sending.ts';

/** Milliseconds. */
const INTERVAL = 250;

export class ProgressTally {
  readonly #rate = new Rate();
  readonly #tell: (progress: SendingProgress) => void;
  readonly #clock: () => number;
  #totals: readonly number[] = [];
  #sent: number[] = [];
  #kept = 0;
  #toldAt = -Infinity;

  /** `clock` in milliseconds. */
  constructor(tell: (progress: SendingProgress) => void, clock: () => number) {
    this.#tell = tell;
    this.#clock = clock;
  }

  /** Of the files as they are from now on. */
  sizes(files: readonly { readonly total: number; readonly sent: number }[]): void {
    this.#totals = files.map(({ total }) => total);
    this.#sent = files.map(({ sent }) => sent);
    this.#tellNow();
  }

  moved(index: number, bytes: number): void {
    this.#sent[index] = bytes;
    const now = this.#clock();
    if (now - this.#toldAt >= INTERVAL || bytes === this.#totals[index]) this.#tellNow();
  }

  /** Sealed bytes kept on this device, of all files. */
  kept(bytes: number): void {
    this.#kept = bytes;
    if (this.#clock() - this.#toldAt >= INTERVAL) this.#tellNow();
  }

  /** After a pause or a lost connection, what was measured before says nothing. */
  interrupted(): void {
    this.#rate.forget();
  }

  #tellNow(): void {
    const now = this.#clock();
    const total = this.#totals.reduce((sum, size) => sum + size, 0);
    const sent = this.#sent.reduce((sum, bytes) => sum + bytes, 0);
    this.#rate.mark(now, sent);
    this.#toldAt = now;
    this.#tell({
      files: this.#totals.map((size, index) => this.#file(size, index)),
      sent,
      total,
      kept: this.#kept,
      rate: this.#rate.perSecond(),
      secondsLeft: this.#rate.secondsFor(total - sent),
    });
  }

  #file(total: number, index: number): SendingProgress['files'][number] {
    const sent = this.#sent[index] ?? 0;
    return { index, sent, total, state: sent === total ? 'sent' : sent > 0 ? 'sending' : 'waiting' };
  }
}
