/**
 * Bodies of the requests that bring one file: while one is on its way the next is made, so that the network
 * does not wait for the disk.
 */
import { bodyEnd } from './sealed-file.ts';
import type { Outgoing } from './tus.ts';

export interface Body {
  readonly blob: Blob;
  /** The offset behind its last byte. */
  readonly end: number;
}

export class Bodies {
  readonly #file: Outgoing;
  #next: { readonly from: number; readonly end: number; readonly blob: Promise<Blob> } | null = null;

  constructor(file: Outgoing) {
    this.#file = file;
  }

  /** At most `most` bytes from `from` on. Throws what reading the file throws. */
  async at(from: number, most: number): Promise<Body> {
    const end = bodyEnd(from, most, this.#file.size);
    const made = this.#next;
    this.#next = null;
    const fits = made !== null && made.from === from && made.end === end;
    return { blob: await (fits ? made.blob : this.#file.body(from, end)), end };
  }

  /** Begins to make the one that is probably wanted next. */
  prepare(from: number, most: number): void {
    if (from >= this.#file.size) return;
    const end = bodyEnd(from, most, this.#file.size);
    const blob = this.#file.body(from, end);
    // What goes wrong is told when it is wanted.
    blob.catch(() => undefined);
    this.#next = { from, end, blob };
  }
}
