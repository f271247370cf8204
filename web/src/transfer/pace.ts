/**
 * Whether the network keeps pace with sealing. While it does, sealing waits for it and nothing has to be
 * written to the device; once it has been waited for too long, it is too slow or gone.
 */

export interface Pace {
  /** Sealed bytes behind those that the server has acknowledged which may lie in memory. */
  readonly window: number;
  /** The server has so many bytes more. */
  acknowledged(bytes: number): void;
  /** Waits for `sooner`, or as long as is worth waiting: true when that was over first. */
  outlasts(sooner: Promise<void>): Promise<boolean>;
}

/** Bytes that are acknowledged in a millisecond by a network that is waited for: 24 MiB a second. */
const FAST = (24 * 1024 * 1024) / 1000;
/** Milliseconds of waiting that a network has to begin with, and at most. */
const FIRST = 300;
const MOST = 1000;

export class NetworkPace implements Pace {
  /** The request that is on its way and the next. */
  readonly window = 16 * 1024 * 1024;
  #credit = FIRST;

  acknowledged(bytes: number): void {
    this.#credit = Math.min(MOST, this.#credit + bytes / FAST);
  }

  async outlasts(sooner: Promise<void>): Promise<boolean> {
    const began = performance.now();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const over = new Promise<boolean>((resolve) => (timer = setTimeout(resolve, this.#credit, true)));
    const late = await Promise.race([sooner.then(() => false), over]);
    clearTimeout(timer);
    this.#credit = Math.max(0, this.#credit - (performance.now() - began));
    return late;
  }
}
