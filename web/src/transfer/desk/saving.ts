/**
 * Fetches one sealed file in pieces, opens every chunk of it and hands the plaintext to a sink. The last
 * chunk is opened first, so that the size is known to be true before anything is written. What is cut off,
 * altered or mixed up is an error and leaves nothing behind.
 */
import { Problem, isPassing } from '../../api/problem.ts';
import type { Aead } from '../../sealed/aead.ts';
import { openFileKey } from '../../sealed/age.ts';
import type { Bytes } from '../../sealed/bytes.ts';
import { SealedError } from '../../sealed/errors.ts';
import { LONGEST_HEADER } from '../../sealed/header.ts';
import { checkFile } from '../../sealed/manifest.ts';
import { CHUNK, NONCE, chunkCount, lastChunkOf, stretchOf } from '../../sealed/ranges.ts';
import { openChunks, payloadCipher } from '../../sealed/stream.ts';
import { SavingError, type SavingProgress } from '../desk.ts';
import type { DeskApi } from './account.ts';
import type { Sink } from './sink.ts';
import type { CheckedFile } from './submissions.ts';

/** Plaintext bytes opened at once: 8 MiB. */
const PIECE = 128 * CHUNK;
const MOST_ATTEMPTS = 8;
const LONGEST_WAIT = 15_000;

export interface SavingPorts {
  readonly getFilePart: DeskApi['getFilePart'];
  readonly sleep: (milliseconds: number) => Promise<void>;
}

/** Throws SavingError; the sink is discarded then. */
export async function save(
  file: CheckedFile,
  sink: Sink,
  ports: SavingPorts,
  progress: (progress: SavingProgress) => void,
  signal: AbortSignal,
): Promise<Blob> {
  try {
    const fetching = new Fetching(file, ports, signal);
    const cipher = await openedHead(file, fetching);
    const pieces = new Pieces(file, cipher, fetching, progress);
    await pieces.openLast();
    await pieces.writeAll(sink, signal);
    return await sink.finish();
  } catch (error) {
    await sink.discard();
    throw savingError(error, signal);
  }
}

interface Cipher {
  readonly aead: Aead;
  /** S. */
  readonly start: number;
}

async function openedHead(file: CheckedFile, fetching: Fetching): Promise<Cipher> {
  const prefix = await fetching.part(0, Math.min(LONGEST_HEADER + NONCE, file.size) - 1);
  const start = checkFile(file.entry, prefix, file.size);
  const key = await openFileKey(file.identity, prefix.subarray(0, start - NONCE));
  return { start, aead: await payloadCipher(key, prefix.subarray(start - NONCE, start)) };
}

class Pieces {
  readonly #file: CheckedFile;
  readonly #cipher: Cipher;
  readonly #fetching: Fetching;
  readonly #progress: (progress: SavingProgress) => void;
  readonly #chunks: number;
  #furthest = 0;

  constructor(
    file: CheckedFile,
    cipher: Cipher,
    fetching: Fetching,
    progress: (progress: SavingProgress) => void,
  ) {
    this.#file = file;
    this.#cipher = cipher;
    this.#fetching = fetching;
    this.#progress = progress;
    this.#chunks = chunkCount(file.size - cipher.start);
  }

  async openLast(): Promise<void> {
    const last = lastChunkOf(this.#cipher.start, this.#file.size);
    const sealed = await this.#fetching.part(last.from, last.to);
    await openChunks(this.#cipher.aead, sealed, last.firstChunk, this.#chunks);
  }

  /** Fetches the next piece while one is opened and written. */
  async writeAll(sink: Sink, signal: AbortSignal): Promise<void> {
    const total = this.#file.entry.size;
    this.#reached(0);
    let next = total > 0 ? this.#piece(0) : null;
    for (let at = 0; next !== null; at += PIECE) {
      const { sealed, firstChunk } = await next;
      next = at + PIECE < total ? this.#piece(at + PIECE) : null;
      next?.catch(() => undefined);
      const plaintext = await openChunks(this.#cipher.aead, sealed, firstChunk, this.#chunks);
      signal.throwIfAborted();
      await sink.write(plaintext);
      this.#reached(at + PIECE);
    }
  }

  /** One piece is on its way while another is opened, and may start again: told is only what is new. */
  #reached(plaintext: number): void {
    const total = this.#file.entry.size;
    this.#furthest = Math.max(this.#furthest, Math.min(plaintext, total));
    this.#progress({ opened: this.#furthest, total });
  }

  async #piece(at: number): Promise<{ sealed: Bytes; firstChunk: number }> {
    const total = this.#file.entry.size;
    const { from, to, firstChunk } = stretchOf(
      at,
      Math.min(at + PIECE, total) - 1,
      this.#cipher.start,
      this.#file.size,
    );
    const moved = (bytes: number) => this.#reached(at + bytes);
    return { sealed: await this.#fetching.part(from, to, moved), firstChunk };
  }
}

class Fetching {
  readonly #file: CheckedFile;
  readonly #ports: SavingPorts;
  readonly #signal: AbortSignal;

  constructor(file: CheckedFile, ports: SavingPorts, signal: AbortSignal) {
    this.#file = file;
    this.#ports = ports;
    this.#signal = signal;
  }

  /** Sealed bytes `from` to `to`; a connection that breaks is tried again, some times. */
  async part(from: number, to: number, moved: (bytes: number) => void = () => undefined): Promise<Bytes> {
    const { id, entry, size } = this.#file;
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#ports.getFilePart({ id, n: entry.n, from, to, size }, moved, this.#signal);
      } catch (error) {
        if (!(error instanceof Problem) || !isPassing(error) || attempt >= MOST_ATTEMPTS) throw error;
        const wait = Math.min(LONGEST_WAIT, 250 * 2 ** attempt) * (0.5 + Math.random() / 2);
        await this.#ports.sleep(Math.max(wait, (error.retryAfter ?? 0) * 1000));
        this.#signal.throwIfAborted();
      }
    }
  }
}

function savingError(error: unknown, signal: AbortSignal): SavingError {
  if (error instanceof SavingError) return error;
  if (signal.aborted) return new SavingError('cancelled');
  if (error instanceof SealedError) return new SavingError('altered', error);
  if (error instanceof Problem && (error.status === 404 || error.status === 410))
    return new SavingError('erased', error);
  return new SavingError('cut-off', error);
}
