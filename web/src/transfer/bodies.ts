/**
 * Bodies of the requests that bring one file: while one is on its way the next is made, so that the network
 * does not wait for the disk. They lie in flat memory that is used again and again: a Blob's would lie in the
 * browser's own process until the collector comes by, a second time.
 */
import type { Bytes } from '../sealed/bytes.ts';
import { release } from '../sealed/release.ts';
import { bodyEnd } from './sealed-file.ts';
import type { Outgoing } from './tus.ts';

interface Making {
  readonly from: number;
  readonly bytes: Bytes;
  readonly made: Promise<void>;
}

export class Bodies {
  readonly #file: Outgoing;
  #next: Making | null = null;

  constructor(file: Outgoing) {
    this.#file = file;
  }

  /** At most `most` bytes from `from` on. Throws what reading the file throws. */
  async at(from: number, most: number): Promise<Bytes> {
    const size = bodyEnd(from, most, this.#file.size) - from;
    const next = this.#next;
    this.#next = null;
    const fits = next?.from === from && next.bytes.length === size;
    // Into the memory of another stretch something may still be written.
    const { bytes, made } = fits ? next : this.#make(from, size, new ArrayBuffer(size));
    await made;
    return bytes;
  }

  /** Begins to make the one that is probably wanted next, in the memory of one that was copied. */
  prepare(from: number, most: number, { buffer }: Bytes): void {
    const size = bodyEnd(from, most, this.#file.size) - from;
    if (size > 0)
      this.#next = this.#make(from, size, buffer.byteLength < size ? new ArrayBuffer(size) : buffer);
  }

  /** Nothing is wanted any more. */
  close(): void {
    const next = this.#next;
    this.#next = null;
    void next?.made.then(() => release([next.bytes])).catch(() => undefined);
  }

  #make(from: number, size: number, memory: ArrayBuffer): Making {
    const bytes = new Uint8Array(memory, 0, size);
    const made = this.#file.fill(bytes, from);
    // What goes wrong is told when it is wanted.
    made.catch(() => undefined);
    return { from, bytes, made };
  }
}
