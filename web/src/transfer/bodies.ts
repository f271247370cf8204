/**
 * Bodies of the requests that bring one file: while one is on its way the next is made, so that the network
 * does not wait for the disk. They lie in flat memory that is used again and again: a Blob's would lie in the
 * browser's own process until the collector comes by, a second time.
 */
import { type Bytes } from '../sealed/bytes.ts';
import { release } from '../sealed/release.ts';
import { bodyEnd } from './sealed-file.ts';
import type { Outgoing } from './tus.ts';

interface Making {
  readonly from: number;
  readonly end: number;
  readonly bytes: Bytes;
  readonly made: Promise<void>;
}

export class Bodies {
  readonly #file: Outgoing;
  #next: Making | null = null;
  #spare: Bytes[] = [];

  constructor(file: Outgoing) {
    this.#file = file;
  }

  /** At most `most` bytes from `from` on. Throws what reading the file throws. */
  async at(from: number, most: number): Promise<Bytes> {
    const end = bodyEnd(from, most, this.#file.size);
    const next = this.#next;
    this.#next = null;
    // What is still being made of another stretch keeps its memory to itself.
    const { bytes, made } = next?.from === from && next.end === end ? next : this.#make(from, end);
    await made;
    return bytes;
  }

  /** Begins to make the one that is probably wanted next. */
  prepare(from: number, most: number): void {
    if (from >= this.#file.size) return;
    this.#next = this.#make(from, bodyEnd(from, most, this.#file.size));
  }

  /** Gives back the memory of a body that has been copied to the network. */
  done(body: Bytes): void {
    this.#spare.push(body);
  }

  close(): void {
    release(this.#spare);
    this.#spare = [];
  }

  #make(from: number, end: number): Making {
    const spare = this.#spare.pop();
    const fits = spare !== undefined && spare.buffer.byteLength >= end - from;
    const bytes = fits ? new Uint8Array(spare.buffer, 0, end - from) : new Uint8Array(end - from);
    const made = this.#file.fill(bytes, from);
    // What goes wrong is told when it is wanted.
    made.catch(() => undefined);
    return { from, end, bytes, made };
  }
}
