/**
 * A file read from one end to the other, into memory that is used again: half the work of reading slices,
 * each of which is opened, and copied through memory of its own. Only Chromium does it: `stream()` fails in
 * WebKit on files of the photo library, and without WebCrypto's ChaCha20 two workers take turns anyway.
 */
import type { Bytes } from '../sealed/bytes.ts';
import { IS_CHROMIUM, release } from '../sealed/release.ts';

export const STREAMS = IS_CHROMIUM;

/** Whether the file is another than it was is looked at whenever a stretch is opened. */
const STRETCH = 16 * 1024 * 1024;
/** Buffers that wait to be used again: one is read into while another is sealed. */
const SPARE = 2;

interface Opened {
  readonly reader: ReadableStreamBYOBReader;
  at: number;
  readonly end: number;
}

export class Stretches {
  readonly #file: Blob;
  #opened: Opened | null = null;
  /** Where the last read ended. */
  #ended = -1;
  #spare: ArrayBuffer[] = [];

  constructor(file: Blob) {
    this.#file = file;
  }

  /** Null for what does not follow what was read before, or when streaming fails: a slice says why. */
  async read(from: number, to: number): Promise<Bytes | null> {
    const follows = from === this.#ended;
    this.#ended = to;
    if (!follows) return null;
    try {
      return await this.#fill(from, to);
    } catch {
      this.close();
      return null;
    }
  }

  /** What does not wait to be used again is freed at once. */
  spent(plaintext: Bytes): void {
    if (this.#spare.length < SPARE) this.#spare.push(plaintext.buffer);
    else release([plaintext]);
  }

  close(): void {
    void this.#opened?.reader.cancel().catch(() => undefined);
    this.#opened = null;
  }

  async #fill(from: number, to: number): Promise<Bytes | null> {
    const { reader } = this.#openedAt(from, to);
    let memory = this.#spare.pop() ?? new ArrayBuffer(0);
    if (memory.byteLength < to - from) memory = new ArrayBuffer(to - from);
    for (let at = from; at < to;) {
      const { value } = await reader.read(new Uint8Array(memory, at - from, to - at));
      if (value === undefined || value.length === 0) throw new Error('it ended');
      memory = value.buffer;
      at += value.length;
    }
    if (this.#opened !== null) this.#opened.at = to;
    return new Uint8Array(memory, 0, to - from);
  }

  #openedAt(from: number, to: number): Opened {
    const now = this.#opened;
    if (now !== null && now.at === from && now.end >= to) return now;
    this.close();
    const end = Math.max(to, Math.min(from + STRETCH, this.#file.size));
    const reader = this.#file.slice(from, end).stream().getReader({ mode: 'byob' });
    return (this.#opened = { reader, at: from, end });
  }
}
