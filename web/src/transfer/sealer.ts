/**
 * Seals one file piece by piece, in any order, each piece once unless it is asked for `again`. It runs inside
 * a sealing worker, or in the upload worker where no other can be started.
 */
import { type Aead, chooseAead } from '../sealed/aead.ts';
import { type Bytes, hkdf } from '../sealed/bytes.ts';
import { CHUNK } from '../sealed/ranges.ts';
import { sealChunks } from '../sealed/stream.ts';
import type { Source } from './source.ts';

/**
 * Chunks of a piece but the last: 2 MiB of plaintext. Enough calls of WebCrypto at a time to hide what each
 * of them costs; little enough that all pieces under way, read and sealed, stay below 20 MiB.
 */
export const PIECE_CHUNKS = 32;
/** Plaintext bytes of a piece but the last. */
export const PIECE = PIECE_CHUNKS * CHUNK;

/** Pieces of a plaintext; an empty one has one. */
export const pieceCount = (plaintext: number): number => Math.max(1, Math.ceil(plaintext / PIECE));

export class PieceSealer {
  readonly #source: Source;
  readonly #key: Bytes;
  #aead: Aead | null;
  readonly #begun = new Set<number>();

  private constructor(source: Source, key: Bytes, aead: Aead) {
    this.#source = source;
    this.#key = key;
    this.#aead = aead;
  }

  /** Takes the file key: it is zeroed here. `nonce` is the 16 bytes in front of the payload. */
  static async begin(source: Source, fileKey: Bytes, nonce: Bytes): Promise<PieceSealer> {
    const key = hkdf(fileKey, 'payload', nonce);
    fileKey.fill(0);
    return new PieceSealer(source, key, await (await chooseAead()).bind(key));
  }

  /**
   * The sealed chunks of piece `index`. Throws SendingError of the source, and RangeError for a piece that
   * there is not. One that was begun before may have been another text then: it is sealed only for whoever
   * asks for it `again`, and compares it before it leaves (journal.ts). `memory`: see `sealChunks`.
   */
  async piece(index: number, again = false, memory?: ArrayBuffer): Promise<Bytes> {
    if (this.#aead === null) throw new RangeError('sealing has ended');
    if (!(index >= 0 && index < pieceCount(this.#source.size))) throw new RangeError('no such piece');
    if (!again && this.#begun.has(index)) throw new RangeError('a piece is sealed once');
    this.#begun.add(index);
    const from = index * PIECE;
    const to = Math.min(from + PIECE, this.#source.size);
    const plaintext = await this.#source.read(from, to);
    try {
      const ends = to === this.#source.size;
      return await sealChunks(this.#cipher(), plaintext, index * PIECE_CHUNKS, ends, memory);
    } finally {
      this.#source.spent(plaintext);
    }
  }

  /** Forgets the key. */
  end(): void {
    this.#source.close();
    this.#aead = null;
    this.#key.fill(0);
  }

  /** Asked again after each wait: under a zeroed key nothing is ever sealed. */
  #cipher(): Aead {
    if (this.#aead === null) throw new RangeError('sealing has ended');
    return this.#aead;
  }
}
