/** How fast bytes move, over the last seconds. Times in milliseconds, given by the caller. */
const SPAN = 8_000;
const LEAST = 1_000;

export class Rate {
  readonly #marks: { at: number; bytes: number }[] = [];

  /** `bytes`: how many have moved in all. What moved back (a piece that is sent again) starts anew. */
  mark(at: number, bytes: number): void {
    const last = this.#marks.at(-1);
    if (last !== undefined && (bytes < last.bytes || at < last.at)) this.#marks.length = 0;
    this.#marks.push({ at, bytes });
    while (this.#marks.length > 2 && at - (this.#marks[0]?.at ?? at) > SPAN) this.#marks.shift();
  }

  /** To be called after a pause: what was before says nothing about now. */
  forget(): void {
    this.#marks.length = 0;
  }

  /** Bytes a second, or null before a second's worth is known. */
  perSecond(): number | null {
    const first = this.#marks[0];
    const last = this.#marks.at(-1);
    if (first === undefined || last === undefined || last.at - first.at < LEAST) return null;
    return ((last.bytes - first.bytes) * 1000) / (last.at - first.at);
  }

  secondsFor(bytes: number): number | null {
    const rate = this.perSecond();
    return rate === null || rate <= 0 ? null : Math.ceil(bytes / rate);
  }
}
