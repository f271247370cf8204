/**
 * Adds up the files of a delivery, tells the page at most four times a second (each time it is drawn anew,
 * which takes from sealing), and never forgets the last: a network may stand still after it. Bytes on their
 * way count while they move; a file is whole, and what waits stands still, at what the server has
 * acknowledged.
 */
import { Rate } from './rate.ts';
import type { SendingProgress, WaitingFor } from './sending.ts';

/** Milliseconds. */
const INTERVAL = 250;

export class ProgressTally {
  readonly #rate = new Rate();
  readonly #tell: (progress: SendingProgress) => void;
  readonly #clock: () => number;
  /** Null until sizes are known: nothing of nothing is not said to be all. */
  #totals: readonly number[] | null = null;
  #acknowledged: number[] = [];
  #moved: number[] = [];
  /** An answer said to wait: bytes that leave say nothing until the server has taken some. */
  #refused = false;
  /** It stands still on purpose: nothing is learned of how fast it is. */
  #still = false;
  #kept = 0;
  #written = 0;
  #toldAt = -Infinity;
  /** What came too soon after what was told is told when its time has come: perhaps nothing follows it. */
  #isComing = false;
  #isNew = false;
  readonly #later: (work: () => void, milliseconds: number) => unknown;

  /** `clock` in milliseconds. */
  constructor(
    tell: (progress: SendingProgress) => void,
    clock: () => number,
    later: (work: () => void, milliseconds: number) => unknown = setTimeout,
  ) {
    this.#tell = tell;
    this.#clock = clock;
    this.#later = later;
  }

  /** Of the files as they are from now on. */
  sizes(files: readonly { readonly total: number; readonly sent: number }[]): void {
    this.#totals = files.map(({ total }) => total);
    this.#acknowledged = files.map(({ sent }) => sent);
    this.#moved = [...this.#acknowledged];
    this.#tellNow();
  }

  /** Bytes of a file that are at the server or on their way. */
  moved(index: number, bytes: number): void {
    if (this.#refused || this.#totals?.[index] === undefined) return;
    this.#still = false;
    this.#moved[index] = bytes;
    this.#tellSoon();
  }

  /** Bytes of a file that the server has said to have. */
  acknowledged(index: number, bytes: number): void {
    const total = this.#totals?.[index];
    if (total === undefined) return;
    if (bytes > (this.#acknowledged[index] ?? 0)) this.#refused = false;
    this.#still = false;
    this.#acknowledged[index] = bytes;
    this.#moved[index] = bytes;
    if (bytes === total) this.#tellNow();
    else this.#tellSoon();
  }

  /** Sealed bytes kept, of all files, and how many of them were written to this device. */
  kept(bytes: number, written: number): void {
    this.#kept = bytes;
    this.#written = written;
    this.#tellSoon();
  }

  /**
   * It is paused (null) or waits: what was on its way may be lost, and what was measured before says
   * nothing.
   */
  interrupted(why: WaitingFor | null): void {
    this.#rate.forget();
    this.#still = true;
    this.#refused = why !== null && why !== 'network';
    this.#moved = [...this.#acknowledged];
    this.#tellNow();
  }

  #tellSoon(): void {
    const wait = this.#toldAt + INTERVAL - this.#clock();
    if (wait <= 0) return this.#tellNow();
    this.#isNew = true;
    if (this.#isComing) return;
    this.#isComing = true;
    const later = this.#later;
    later(() => {
      this.#isComing = false;
      if (this.#isNew) this.#tellNow();
    }, wait);
  }

  #tellNow(): void {
    this.#isNew = false;
    if (this.#totals === null) return;
    const now = this.#clock();
    const total = this.#totals.reduce((sum, size) => sum + size, 0);
    const files = this.#totals.map((size, index) => this.#file(size, index));
    const sent = files.reduce((sum, file) => sum + file.sent, 0);
    if (!this.#still) this.#rate.mark(now, sent);
    this.#toldAt = now;
    this.#tell({
      files,
      sent,
      total,
      kept: this.#kept,
      written: this.#written,
      rate: this.#rate.perSecond(),
      secondsLeft: this.#rate.secondsFor(total - sent),
    });
  }

  #file(total: number, index: number): SendingProgress['files'][number] {
    const whole = this.#acknowledged[index] === total;
    // The last byte counts once the server has said that it has it.
    const sent = whole ? total : Math.min(this.#moved[index] ?? 0, total - 1);
    return { index, sent, total, state: whole ? 'sent' : sent > 0 ? 'sending' : 'waiting' };
  }
}
