/**
 * Sealing of one picked file under a key of its own: piece by piece, in any order, and again with the same
 * bytes as long as the file is the same. Whether a piece may leave is decided elsewhere (sealed-file.ts):
 * a file that changed would put a second plaintext under the same key and nonce.
 */
import type { Aead } from '../sealed/aead.ts';
import { newFileKey } from '../sealed/age.ts';
import { type Bytes, concat, randomBytes } from '../sealed/bytes.ts';
import { CHUNK, NONCE, sealedSize } from '../sealed/ranges.ts';
import { payloadCipher, sealChunks } from '../sealed/stream.ts';
import type { PickedFile } from './sending.ts';
import { Source } from './source.ts';

/** Chunks of a piece: 8 MiB of plaintext. */
export const PIECE_CHUNKS = 128;

export interface SealingOf {
  /** Header and nonce: the first S bytes. */
  readonly head: Bytes;
  /** F, sealed bytes of the whole file. */
  readonly size: number;
  /**
   * The sealed chunks from number `index * PIECE_CHUNKS` on, as many as a piece has or the file has left.
   * Several may be asked for at once. Throws SendingError `file-unreadable` or `file-changed`.
   */
  piece(index: number): Promise<Bytes>;
  /** Forgets the key, everywhere; no piece can be asked for afterwards. */
  end(): void;
}

/** `index` is what errors name the file by. */
export type BeginSealing = (picked: PickedFile, index: number, recipient: string) => Promise<SealingOf>;

/** How many pieces a file of P plaintext bytes has; an empty one has one, with one empty chunk. */
export const pieceCount = (plaintext: number): number =>
  Math.max(1, Math.ceil(plaintext / (PIECE_CHUNKS * CHUNK)));

/** Seals in this very worker. */
export const sealHere: BeginSealing = async (picked, index, recipient) => {
  const source = new Source(picked, index);
  const { header, key } = await newFileKey(recipient);
  const nonce = randomBytes(NONCE);
  let aead: Aead | null = await payloadCipher(key, nonce);
  key.fill(0);
  const head = concat(header, nonce);
  return {
    head,
    size: sealedSize(head.length, source.size),
    async piece(piece) {
      const from = piece * PIECE_CHUNKS * CHUNK;
      const to = Math.min(from + PIECE_CHUNKS * CHUNK, source.size);
      const plaintext = await source.read(from, to);
      if (aead === null) throw new TypeError('the key was forgotten');
      return sealChunks(aead, plaintext, piece * PIECE_CHUNKS, to === source.size);
    },
    end() {
      aead = null;
    },
  };
};
