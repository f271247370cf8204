/**
 * The payload of an age file (section 4): nonce, then ChaCha20-Poly1305 chunks whose nonces count and
 * whose last one is flagged. Unlike age-encryption's own it can seal piece by piece, start anywhere and
 * open a stretch. Whatever it returns was authenticated at its place; anything cut off, moved, altered or
 * added is a StreamError, never an end.
 */
import { type Aead, type AeadBackend, chooseAead } from './aead.ts';
import { type Bytes, concat, hkdf } from './bytes.ts';
import { StreamError } from './errors.ts';
import { release } from './release.ts';
import { CHUNK, SEALED_CHUNK, TAG, payloadSize } from './ranges.ts';

const NONCE_BYTES = 12;
/** Calls of the cipher at a time: enough to hide what each of them costs. */
const LANES = 8;

/** The cipher of one payload. `nonce` is the 16 bytes in front of it. */
export async function payloadCipher(
  fileKey: Uint8Array,
  nonce: Uint8Array,
  backend?: AeadBackend,
): Promise<Aead> {
  return (backend ?? (await chooseAead())).bind(hkdf(fileKey, 'payload', nonce));
}

/**
 * Seals the chunks from number `first` on. `plaintext` is a whole number of chunks, or ends the payload;
 * an empty one ends it only when it is all of it. What is sealed lies in `memory` when that is large enough.
 */
export async function sealChunks(
  aead: Aead,
  plaintext: Bytes,
  first: number,
  ends: boolean,
  memory = new ArrayBuffer(0),
): Promise<Bytes> {
  const whole = plaintext.length % CHUNK === 0 && plaintext.length > 0;
  if (!whole && !(ends && (plaintext.length > 0 || first === 0))) throw new RangeError('not whole chunks');
  const count = Math.max(1, Math.ceil(plaintext.length / CHUNK));
  const size = payloadSize(plaintext.length);
  const sealed = new Uint8Array(memory.byteLength < size ? new ArrayBuffer(size) : memory, 0, size);
  await all(count, async (i) => {
    const chunk = plaintext.subarray(i * CHUNK, (i + 1) * CHUNK);
    const one = await aead.seal(chunkNonce(first + i, ends && i === count - 1), chunk);
    sealed.set(one, i * SEALED_CHUNK);
    // At once, so that the next one gets the same memory.
    release([one]);
  });
  return sealed;
}

/** Opens the chunks from number `first` on, all of them whole but for number `total` - 1, the last one. */
export async function openChunks(aead: Aead, sealed: Bytes, first: number, total: number): Promise<Bytes> {
  const count = Math.ceil(sealed.length / SEALED_CHUNK);
  const ends = first + count === total;
  const rest = sealed.length % SEALED_CHUNK;
  if (count === 0 || first + count > total || (rest !== 0 && !ends)) throw new StreamError('truncated');
  if (rest !== 0 && (rest < TAG || (rest === TAG && total !== 1))) throw new StreamError('illegal-size');
  const plaintext = new Uint8Array(sealed.length - count * TAG);
  await all(count, async (i) => {
    const chunk = sealed.subarray(i * SEALED_CHUNK, (i + 1) * SEALED_CHUNK);
    const one = await openChunk(aead, chunk, first + i, ends && i === count - 1);
    plaintext.set(one, i * CHUNK);
    release([one]);
  });
  return plaintext;
}

/** Opens a payload that arrives in pieces of any size, its length not known before. */
export class StreamOpener {
  readonly #aead: Aead;
  #held: Bytes = new Uint8Array(0);
  #index = 0;
  #failed: StreamError | null = null;

  constructor(aead: Aead) {
    this.#aead = aead;
  }

  /** Plaintext of the chunks that are now known to be complete and not the last. */
  async push(piece: Bytes): Promise<Bytes> {
    this.#refuseAfterFailure();
    this.#held = this.#held.length === 0 ? piece : concat(this.#held, piece);
    const whole = Math.max(0, Math.ceil(this.#held.length / SEALED_CHUNK) - 1);
    const opened: Bytes[] = [];
    for (let i = 0; i < whole; i++) {
      const chunk = this.#held.subarray(i * SEALED_CHUNK, (i + 1) * SEALED_CHUNK);
      opened.push(await this.#open(chunk, false));
    }
    this.#held = this.#held.slice(whole * SEALED_CHUNK);
    return concat(...opened);
  }

  /** Plaintext of the last chunk; without a call that succeeds, nothing before it is the whole. */
  async end(): Promise<Bytes> {
    this.#refuseAfterFailure();
    if (this.#held.length < TAG) return this.#fail(new StreamError('truncated'));
    if (this.#held.length === TAG && this.#index > 0) return this.#fail(new StreamError('illegal-size'));
    return this.#open(this.#held, true);
  }

  async #open(chunk: Bytes, last: boolean): Promise<Bytes> {
    try {
      return await openChunk(this.#aead, chunk, this.#index++, last);
    } catch (error) {
      return this.#fail(error instanceof StreamError ? error : new StreamError('altered'));
    }
  }

  #fail(error: StreamError): never {
    this.#failed = error;
    throw error;
  }

  #refuseAfterFailure(): void {
    if (this.#failed !== null) throw this.#failed;
  }
}

async function openChunk(aead: Aead, chunk: Bytes, index: number, last: boolean): Promise<Bytes> {
  try {
    return await aead.open(chunkNonce(index, last), chunk);
  } catch {
    // The other flag tells a payload that ends elsewhere from one that was altered.
    const moved = await aead.open(chunkNonce(index, !last), chunk).then(
      () => true,
      () => false,
    );
    throw new StreamError(!moved ? 'altered' : last ? 'truncated' : 'extra');
  }
}

/** 11 bytes that count, big-endian, and the flag of the last chunk. */
function chunkNonce(index: number, last: boolean): Bytes {
  const nonce = new Uint8Array(NONCE_BYTES);
  const view = new DataView(nonce.buffer);
  view.setUint32(3, Math.floor(index / 2 ** 32));
  view.setUint32(7, index % 2 ** 32);
  nonce[NONCE_BYTES - 1] = last ? 1 : 0;
  return nonce;
}

/** Runs a few at a time and settles when all have settled, so that no buffer is touched afterwards. */
async function all(count: number, run: (i: number) => Promise<void>): Promise<void> {
  let next = 0;
  const lane = async () => {
    while (next < count) await run(next++);
  };
  const results = await Promise.allSettled(Array.from({ length: LANES }, lane));
  const failed = results.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}
