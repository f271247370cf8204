/**
 * Sealing for tests of everything around it, fast: chunks of the true sizes under numbered keys, whose tags
 * depend on key, place and text. `unsealed` undoes it.
 */
import { type Bytes, concat } from '../sealed/bytes.ts';
import { CHUNK, NONCE, SEALED_CHUNK, TAG, sealedSize } from '../sealed/ranges.ts';
import { PIECE_CHUNKS, pieceCount } from './sealer.ts';
import type { BeginSealing } from './sealers.ts';
import { Source } from './source.ts';

const START = 168 + NONCE;
const PIECE = PIECE_CHUNKS * CHUNK;

export class FakeSealing {
  #keys = 0;
  /** Keys that were not forgotten. */
  readonly living = new Set<number>();

  readonly begin: BeginSealing = (picked, index) => {
    const source = new Source(picked, index);
    const key = ++this.#keys;
    this.living.add(key);
    const head = new Uint8Array(START).fill(key);
    const piece = async (n: number) => {
      const from = n * PIECE;
      const plaintext = await source.read(from, Math.min(from + PIECE, source.size));
      if (!this.living.has(key)) throw new RangeError('sealing has ended');
      const count = Math.max(1, Math.ceil(plaintext.length / CHUNK));
      return concat(
        ...Array.from({ length: count }, (_, i) =>
          sealChunk(key, n * PIECE_CHUNKS + i, plaintext.subarray(i * CHUNK, (i + 1) * CHUNK)),
        ),
      );
    };
    return Promise.resolve({
      head,
      size: sealedSize(START, source.size),
      pieces: pieceCount(source.size),
      piece,
      again: piece,
      // As one that is given away: whoever still reads it is found out.
      spent: (sealed) => void sealed.fill(0xee),
      end: () => void this.living.delete(key),
    });
  };
}

/** The plaintext of a whole sealed file. Throws when a byte of it is wrong. */
export function unsealed(file: Bytes): Bytes {
  const key = file[0] ?? 0;
  const chunks: Bytes[] = [];
  for (let i = 0, at = START; at < file.length; i++, at += SEALED_CHUNK) {
    const sealed = file.subarray(at, at + SEALED_CHUNK);
    const text = sealed.slice(0, -TAG).map((byte) => byte ^ key);
    if (sealChunk(key, i, text).some((byte, at) => byte !== sealed[at]))
      throw new Error(`chunk ${String(i)}`);
    chunks.push(text);
  }
  return concat(...chunks);
}

function sealChunk(key: number, index: number, text: Bytes): Bytes {
  const sealed = new Uint8Array(text.length + TAG);
  const view = new DataView(sealed.buffer);
  let sum = 0x811c9dc5 ^ (key * 65_537 + index);
  for (let i = 0; i < text.length; i++) sealed[i] = (text[i] ?? 0) ^ key;
  // Enough to tell the files of these tests apart, which repeat each byte 4096 times.
  for (let i = 0; i < text.length; i += 64) sum = Math.imul(sum ^ (text[i] ?? 0), 0x01000193);
  view.setUint32(text.length, sum);
  view.setUint32(text.length + 4, key);
  view.setUint32(text.length + 8, index);
  return sealed;
}
