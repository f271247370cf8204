/**
 * Where plaintext lies in a sealed file (section 4): pure arithmetic, twin of `src/sealed/ranges.rs`.
 *
 * F = S + L: S bytes of header and nonce, then L bytes of payload in chunks of E sealed bytes, each of
 * which holds C bytes of plaintext. All numbers are exact below 2^53.
 */
import { StreamError } from './errors.ts';

/** C: plaintext bytes of a whole chunk. */
export const CHUNK = 65_536;
export const TAG = 16;
/** E: sealed bytes of a whole chunk. */
export const SEALED_CHUNK = CHUNK + TAG;
/** Bytes of the payload's nonce, between header and payload. */
export const NONCE = 16;

/** Whether a payload of `length` bytes can exist: the last chunk is empty only when it is the only one. */
export function isLegalPayload(length: number): boolean {
  if (!Number.isSafeInteger(length) || length < TAG) return false;
  const rest = length % SEALED_CHUNK;
  return length === TAG || rest === 0 || rest > TAG;
}

/** N of a legal payload. */
export function chunkCount(payload: number): number {
  return Math.max(1, Math.ceil(payload / SEALED_CHUNK));
}

/** P of a payload of L bytes. Throws StreamError `illegal-size`. */
export function plaintextSize(payload: number): number {
  if (!isLegalPayload(payload)) throw new StreamError('illegal-size');
  return payload - TAG * chunkCount(payload);
}

/** L of P bytes. */
export function payloadSize(plaintext: number): number {
  return plaintext + TAG * Math.max(1, Math.ceil(plaintext / CHUNK));
}

/** F of P bytes behind S bytes of header and nonce. */
export function sealedSize(start: number, plaintext: number): number {
  return start + payloadSize(plaintext);
}

/** Which chunks and sealed bytes hold a stretch of plaintext. */
export interface Stretch {
  readonly firstChunk: number;
  readonly lastChunk: number;
  /** First and last sealed byte, both included, counted from the start of the file. */
  readonly from: number;
  readonly to: number;
  /** Plaintext bytes of the first chunk before the stretch. */
  readonly skip: number;
}

/** The stretch of plaintext bytes `a` to `b`, both included, of a file of `size` bytes; 0 ≤ a ≤ b < P. */
export function stretchOf(a: number, b: number, start: number, size: number): Stretch {
  const plaintext = plaintextSize(size - start);
  if (a < 0 || b < a || b >= plaintext) throw new RangeError('outside of the plaintext');
  const firstChunk = Math.floor(a / CHUNK);
  const lastChunk = Math.floor(b / CHUNK);
  return {
    firstChunk,
    lastChunk,
    from: start + firstChunk * SEALED_CHUNK,
    to: Math.min(start + (lastChunk + 1) * SEALED_CHUNK, size) - 1,
    skip: a - firstChunk * CHUNK,
  };
}

/** The sealed bytes of the last chunk: it is opened before P is trusted. */
export function lastChunkOf(start: number, size: number): Stretch {
  const plaintext = plaintextSize(size - start);
  const last = chunkCount(size - start) - 1;
  if (plaintext === 0) return { firstChunk: 0, lastChunk: 0, from: start, to: size - 1, skip: 0 };
  return stretchOf(last * CHUNK, plaintext - 1, start, size);
}
