/**
 * The tags of all chunks that were sealed under one file key, 16 bytes for 64 KiB, in memory only. Two
 * plaintexts under one key and nonce have different tags: what is sealed again leaves only when it agrees.
 */
import type { Bytes } from '../sealed/bytes.ts';
import { SEALED_CHUNK, TAG } from '../sealed/ranges.ts';

export class Journal {
  readonly #pieces = new Map<number, Bytes>();
  readonly #begun = new Set<number>();

  /** Writes down that a piece is sealed now; true when it was begun before. */
  begins(index: number): boolean {
    const before = this.#begun.has(index);
    this.#begun.add(index);
    return before;
  }

  /** Writes the tags of a piece down the first time; afterwards says whether they are the same. */
  agrees(index: number, sealed: Bytes): boolean {
    const tags = tagsOf(sealed);
    const first = this.#pieces.get(index);
    if (first === undefined) {
      this.#pieces.set(index, tags);
      return true;
    }
    return first.length === tags.length && first.every((byte, i) => byte === tags[i]);
  }
}

function tagsOf(sealed: Bytes): Bytes {
  const count = Math.ceil(sealed.length / SEALED_CHUNK);
  const tags = new Uint8Array(count * TAG);
  for (let i = 0; i < count; i++) {
    const end = Math.min((i + 1) * SEALED_CHUNK, sealed.length);
    tags.set(sealed.subarray(end - TAG, end), i * TAG);
  }
  return tags;
}
