/**
 * Sealed bytes of one file, fetched by Range. A connection that breaks is tried again, some times, with less at
 * once, and goes on behind the last byte that came. `opened` is where every reading begins: head checked, last chunk opened, so
 * that the size is known to be true.
 */
import { Problem, isPassing } from '../../api/problem.ts';
import type { Aead } from '../../sealed/aead.ts';
import { openFileKey } from '../../sealed/age.ts';
import { type Bytes, concat } from '../../sealed/bytes.ts';
import { SealedError } from '../../sealed/errors.ts';
import { LONGEST_HEADER } from '../../sealed/header.ts';
import { checkFile } from '../../sealed/manifest.ts';
import { CHUNK, NONCE, chunkCount, lastChunkOf, stretchOf } from '../../sealed/ranges.ts';
import { release } from '../../sealed/release.ts';
import { openChunks, payloadCipher } from '../../sealed/stream.ts';
import { Cancelled, type Control, Interrupted } from '../control.ts';
import { SavingError } from '../desk.ts';
import { passes } from '../patience.ts';
import type { DeskApi } from './account.ts';
import type { CheckedFile } from './submissions.ts';

/** Failures in a row, without a byte between them, before it is told: about a minute. */
const MOST_FAILURES = 8;
/**
 * Less is never asked for. A request that broke asks for a quarter: WebKit forgets what had come and was not
 * read yet, and there are lines that carry only so much.
 */
const LEAST = 4 * CHUNK;

export interface FetchingPorts {
  readonly getFilePart: DeskApi['getFilePart'];
}

export class Fetching {
  readonly #file: CheckedFile;
  readonly #ports: FetchingPorts;

  constructor(file: CheckedFile, ports: FetchingPorts) {
    this.#file = file;
    this.#ports = ports;
  }

  /** Sealed bytes `from` to `to`, both included. `moved` is told how many of them have come. */
  async part(
    from: number,
    to: number,
    control: Control,
    moved: (bytes: number) => void = () => undefined,
  ): Promise<Bytes> {
    const { id, entry, size } = this.#file;
    const length = to - from + 1;
    let [held, atOnce, failures] = [new Uint8Array(0) as Bytes, length, 0];
    while (held.length < length) {
      const first = from + held.length;
      const stretch = { id, n: entry.n, from: first, to: Math.min(to, first + atOnce - 1), size };
      let came: Bytes = new Uint8Array(0);
      const counts = (bytes: number, into: Bytes): void => {
        came = into.subarray(0, bytes);
        moved(held.length + bytes);
      };
      try {
        const rest = await control.run((signal) => this.#ports.getFilePart(stretch, counts, signal));
        held = joined(held, rest);
        [atOnce, failures] = [atOnce * 2, 0];
        control.succeeded();
      } catch (error) {
        // What came is not lost; whether it is right is seen when it is opened.
        const grown = came.length > 0 && first + came.length <= stretch.to;
        if (grown) held = joined(held, came);
        if (error instanceof Interrupted) continue;
        failures = grown ? 1 : failures + 1;
        if (!(error instanceof Problem) || !isPassing(error) || failures >= MOST_FAILURES) throw error;
        if (grown) control.succeeded();
        else atOnce = Math.max(LEAST, Math.ceil((stretch.to - first + 1) / 4));
        await control.wait(error.retryAfter, passes(error) ?? 'server');
      }
    }
    return held;
  }
}

function joined(held: Bytes, more: Bytes): Bytes {
  return held.length === 0 ? more : concat(held, more);
}

/** A file whose key was opened and whose size is true. */
export interface OpenedFile {
  readonly aead: Aead;
  /** S. */
  readonly start: number;
  /** N. */
  readonly chunks: number;
  /** P. */
  readonly size: number;
  /** F. */
  readonly sealedSize: number;
}

export async function opened(file: CheckedFile, fetching: Fetching, control: Control): Promise<OpenedFile> {
  const prefix = await fetching.part(0, Math.min(LONGEST_HEADER + NONCE, file.size) - 1, control);
  const start = checkFile(file.entry, prefix, file.size);
  const key = await openFileKey(file.identity, prefix.subarray(0, start - NONCE));
  const aead = await payloadCipher(key, prefix.subarray(start - NONCE, start));
  const chunks = chunkCount(file.size - start);
  const last = lastChunkOf(start, file.size);
  await openChunks(aead, await fetching.part(last.from, last.to, control), last.firstChunk, chunks);
  return { aead, start, chunks, size: file.entry.size, sealedSize: file.size };
}

/** Plaintext `from` to `to`, both included: `from` is the first byte of a chunk, `to` the last of one. */
export async function openStretch(
  file: OpenedFile,
  fetching: Fetching,
  control: Control,
  [from, to]: readonly [number, number],
  moved?: (bytes: number) => void,
): Promise<Bytes> {
  const stretch = stretchOf(from, to, file.start, file.sealedSize);
  const sealed = await fetching.part(stretch.from, stretch.to, control, moved);
  const plaintext = await openChunks(file.aead, sealed, stretch.firstChunk, file.chunks);
  release([sealed]);
  return plaintext;
}

/** Whatever ends a saving or a reading as the one error that the page decides on. */
export function savingError(error: unknown): SavingError {
  if (error instanceof SavingError) return error;
  if (error instanceof Cancelled) return new SavingError('cancelled');
  if (error instanceof SealedError) return new SavingError('altered', error);
  if (error instanceof Problem && (error.status === 404 || error.status === 410))
    return new SavingError('erased', error);
  return new SavingError(error instanceof Problem ? 'cut-off' : 'failed', error);
}
