/**
 * How large the next request's body is: 8 MiB; half after a proxy refused the size or after connections
 * dropped twice in a row, down to 256 KiB; twice as much again after several that went well. What a proxy
 * refused is tried again much later than what a bad connection did not carry.
 */
export const LARGEST_BODY = 8 * 1024 * 1024;
export const SMALLEST_BODY = 256 * 1024;

const DROPS = 2;
const GOOD_AFTER_DROPS = 4;
const GOOD_AFTER_REFUSAL = 64;

export class RequestSize {
  #bytes = LARGEST_BODY;
  #drops = 0;
  #good = 0;
  #goodNeeded = GOOD_AFTER_DROPS;

  get bytes(): number {
    return this.#bytes;
  }

  /** A proxy answered 413. False when it can not be smaller. */
  refused(): boolean {
    this.#goodNeeded = GOOD_AFTER_REFUSAL;
    return this.#halve();
  }

  /** No answer came, or one that says that the way was cut. */
  dropped(): void {
    this.#good = 0;
    this.#drops += 1;
    if (this.#drops >= DROPS) this.#halve();
  }

  /** A whole body of this size arrived. */
  went(): void {
    this.#drops = 0;
    this.#good += 1;
    if (this.#good < this.#goodNeeded || this.#bytes === LARGEST_BODY) return;
    this.#bytes *= 2;
    this.#good = 0;
    if (this.#bytes === LARGEST_BODY) this.#goodNeeded = GOOD_AFTER_DROPS;
  }

  #halve(): boolean {
    this.#drops = 0;
    this.#good = 0;
    if (this.#bytes === SMALLEST_BODY) return false;
    this.#bytes /= 2;
    return true;
  }
}
