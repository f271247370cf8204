/**
 * A picked file as sealed bytes, in order, once. Each chunk is sealed a single time under a key that was
 * made for this file number; a file that turns out to be another than it was gets no second plaintext
 * under that key, it gets an error.
 */
import type { Aead } from '../sealed/aead.ts';
import { newFileKey } from '../sealed/age.ts';
import { type Bytes, concat, randomBytes, sha256, toBase64url } from '../sealed/bytes.ts';
import { CHUNK, NONCE, sealedSize } from '../sealed/ranges.ts';
import { payloadCipher, sealChunks } from '../sealed/stream.ts';
import { SendingError } from './sending.ts';

/** Chunks sealed at once: 8 MiB. */
const PIECE_CHUNKS = 128;

export class SealedFile {
  /** Header and nonce. */
  readonly head: Bytes;
  /** F. */
  readonly size: number;
  readonly #file: Blob;
  readonly #index: number;
  readonly #aead: Aead;
  #nextChunk = 0;

  private constructor(file: Blob, index: number, head: Bytes, aead: Aead) {
    this.#file = file;
    this.#index = index;
    this.#aead = aead;
    this.head = head;
    this.size = sealedSize(head.length, file.size);
  }

  /** `index` is what errors name the file by. */
  static async begin(file: Blob, index: number, recipient: string): Promise<SealedFile> {
    const { header, key } = await newFileKey(recipient);
    const nonce = randomBytes(NONCE);
    const aead = await payloadCipher(key, nonce);
    key.fill(0);
    return new SealedFile(file, index, concat(header, nonce), aead);
  }

  get headHash(): string {
    return toBase64url(sha256(this.head));
  }

  /** The sealed bytes that follow those of the call before; null when all were given. */
  async nextPiece(): Promise<Bytes | null> {
    const from = this.#nextChunk * CHUNK;
    const total = this.#file.size;
    if (from >= total && this.#nextChunk > 0) return null;
    const to = Math.min(from + PIECE_CHUNKS * CHUNK, total);
    const first = this.#nextChunk;
    // Counted before anything can fail: what was once begun is never sealed again.
    this.#nextChunk += PIECE_CHUNKS;
    return sealChunks(this.#aead, await this.#read(from, to), first, to === total);
  }

  async #read(from: number, to: number): Promise<Bytes> {
    let plaintext: Bytes;
    try {
      // Not stream(): WebKit's fails on files that come from the photo library.
      plaintext = new Uint8Array(await this.#file.slice(from, to).arrayBuffer());
    } catch (cause) {
      throw new SendingError('file-unreadable', { file: this.#index, cause });
    }
    if (plaintext.length !== to - from) throw new SendingError('file-changed', { file: this.#index });
    return plaintext;
  }
}

/** The server's offset is behind what is still held here: these bytes can not be made again. */
export class Lost extends Error {}

/**
 * The stretch of a sealed file that is not acknowledged yet. It holds about one piece, and seals the next
 * while one is on its way.
 */
export class SealedWindow {
  readonly size: number;
  readonly #file: SealedFile;
  #held: Bytes[];
  #start = 0;
  #end: number;
  #next: Promise<Bytes | null> | null = null;

  constructor(file: SealedFile) {
    this.#file = file;
    this.size = file.size;
    this.#held = [file.head];
    this.#end = file.head.length;
  }

  get acknowledged(): number {
    return this.#start;
  }

  /** Bytes from the acknowledged offset on, at most `most`; they end at a multiple of 64 KiB or at the end. */
  async body(most: number): Promise<Blob> {
    while (this.#end - this.#start < most && this.#end < this.size) await this.#extend();
    if (this.#end < this.size) this.#next ??= quietly(this.#file.nextPiece());
    const reach = Math.min(this.#start + most, this.#end);
    const end = reach === this.size ? reach : reach - (reach % CHUNK);
    if (end <= this.#start) throw new RangeError('nothing to send');
    return new Blob(this.#held).slice(0, end - this.#start);
  }

  /** Drops what the server has. Throws Lost for an offset that is not within what is held. */
  acknowledge(offset: number): void {
    if (offset < this.#start || offset > this.#end) throw new Lost();
    let drop = offset - this.#start;
    this.#start = offset;
    while (drop > 0) {
      const first = this.#held[0];
      if (first === undefined) throw new Lost();
      if (first.length > drop) {
        // A copy, so that the piece it was part of can be freed.
        this.#held[0] = first.slice(drop);
        return;
      }
      this.#held.shift();
      drop -= first.length;
    }
  }

  async #extend(): Promise<void> {
    const next = this.#next ?? this.#file.nextPiece();
    this.#next = null;
    const piece = await next;
    if (piece === null) throw new RangeError('a sealed file ended before its size');
    this.#held.push(piece);
    this.#end += piece.length;
  }
}

/** A rejection that is only looked at when the piece is needed. */
function quietly<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}
