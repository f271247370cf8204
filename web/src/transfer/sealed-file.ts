/**
 * One sealed file, readable from any offset: from the stage as far as it is kept there, else from the
 * pieces held in memory, else sealed again and compared with the journal. So no byte ever leaves that was
 * sealed from another plaintext under the same key and nonce, whatever happens to the picked file. One that
 * was written over while it was sealed first may be torn, the beginning of one film before the end of
 * another: its last bytes leave, and it counts as kept, only after a second look.
 */
import type { Bytes } from '../sealed/bytes.ts';
import { CHUNK, SEALED_CHUNK } from '../sealed/ranges.ts';
import { Journal } from './journal.ts';
import { reckon, release } from '../sealed/release.ts';
import { PIECE_CHUNKS } from './sealer.ts';
import type { SealingOf } from './sealers.ts';
import { SendingError } from './sending.ts';
import type { StagedFile } from './stage.ts';

const SEALED_PIECE = PIECE_CHUNKS * SEALED_CHUNK;
/** Pieces that are sealed ahead: as many as two workers hold, and as fill a request. */
const AHEAD = 4;

/** These bytes can not be made again: the file is another than it was, or what was kept is gone. */
export class Lost extends Error {}

export class SealedFile {
  /** F. */
  readonly size: number;
  readonly #n: number;
  /** Null once the key was forgotten. */
  #sealing: SealingOf | null;
  #stage: StagedFile | null;
  #kept = 0;
  /** Whether what is not kept yet will be. */
  #growing: boolean;
  #failure: { error: unknown } | null = null;
  #waiting: (() => void)[] = [];
  #looked: Promise<void> | null = null;
  readonly #journal = new Journal();
  readonly #pieces = new Map<number, Promise<Bytes>>();

  private constructor(n: number, size: number, sealing: SealingOf | null, stage: StagedFile | null) {
    this.#n = n;
    this.size = size;
    this.#sealing = sealing;
    this.#stage = stage;
    this.#growing = sealing !== null && stage !== null;
  }

  /** File number n that is being sealed; without a stage it is sealed while it is sent. */
  static fresh(n: number, sealing: SealingOf, stage: StagedFile | null): SealedFile {
    return new SealedFile(n, sealing.size, sealing, stage);
  }

  /** A file that lies whole in the stage. */
  static kept(n: number, stage: StagedFile): SealedFile {
    const file = new SealedFile(n, stage.length, null, stage);
    file.#kept = stage.length;
    return file;
  }

  /** Sealed bytes in the stage, from the first on. */
  get kept(): number {
    return this.#kept;
  }

  /** Whether `keep` has something to do. */
  get isGrowing(): boolean {
    return this.#growing;
  }

  /**
   * Seals all of it into the stage, flushes and forgets the key. False when the stage takes no more: what
   * it has stays readable, the rest is sealed while it is sent. Throws SendingError of the picked file.
   */
  async keep(told: () => void): Promise<boolean> {
    const sealing = this.#sealing;
    if (sealing === null || !this.#growing) return this.#kept === this.size;
    try {
      if (!this.#append(sealing.head)) return false;
      for (let index = 0; index < sealing.pieces; index++) {
        this.#begin(index, index + AHEAD, sealing);
        const piece = await this.#piece(index);
        if (!this.#append(piece)) return false;
        this.#pieces.delete(index);
        release([piece]);
        told();
      }
      await this.#lookAgain(sealing);
      return await this.#flush();
    } catch (error) {
      // Closed meanwhile: nobody wants it any more.
      if (this.#sealing === null) return false;
      this.#failure = { error };
      throw error;
    } finally {
      this.#growing = false;
      this.#wake();
    }
  }

  /** The stage takes no more: the rest is sealed while it is sent. */
  stopGrowing(): void {
    this.#growing = false;
    this.#wake();
  }

  /**
   * The bytes from `from` to `to`, in memory. Waits for what is about to be kept. Throws Lost, or
   * SendingError of the picked file.
   */
  async body(from: number, to: number): Promise<Blob> {
    while (this.#growing && this.#kept < to)
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    if (this.#failure !== null) throw this.#failure.error;
    const parts: Bytes[] = [];
    const copies: Bytes[] = [];
    let at = from;
    while (at < to) {
      const kept = at < this.#kept;
      const part = kept ? this.#staged(at, to) : await this.#sealed(at, to);
      if (part === null) continue;
      parts.push(part);
      if (kept) copies.push(part);
      at += part.length;
    }
    if (this.#sealing !== null && to === this.size) await this.#lookAgain(this.#sealing);
    if (this.#sealing !== null && to > this.#kept) this.#holdAround(from, to, this.#sealing);
    const body = new Blob(parts);
    release(copies);
    reckon(body.size);
    return body;
  }

  /** Forgets the key and lets go of the stage. */
  close(): void {
    this.stopGrowing();
    this.#sealing?.end();
    this.#sealing = null;
    this.#stage?.close();
    this.#stage = null;
    this.#kept = 0;
    this.#pieces.clear();
  }

  /** False when the stage failed. */
  #append(bytes: Bytes): boolean {
    if (!this.#growing || this.#stage === null) return false;
    try {
      this.#stage.append(bytes);
    } catch {
      return false;
    }
    this.#kept += bytes.length;
    this.#wake();
    return true;
  }

  async #flush(): Promise<boolean> {
    try {
      await this.#stage?.flush();
    } catch {
      return false;
    }
    if (this.#stage === null) return false;
    this.#sealing?.end();
    this.#sealing = null;
    return true;
  }

  /** Null when the stage failed: then it is as if nothing had been kept. */
  #staged(from: number, to: number): Bytes | null {
    try {
      if (this.#stage === null) throw new Lost();
      return this.#stage.read(from, Math.min(to, this.#kept));
    } catch {
      this.#kept = 0;
      this.stopGrowing();
      return null;
    }
  }

  async #sealed(from: number, to: number): Promise<Bytes> {
    if (this.#sealing === null) throw new Lost();
    const { head } = this.#sealing;
    if (from < head.length) return head.subarray(from, to);
    const index = Math.floor((from - head.length) / SEALED_PIECE);
    const start = head.length + index * SEALED_PIECE;
    const piece = await this.#piece(index);
    return piece.subarray(from - start, to - start);
  }

  /** Throws Lost when it was sealed before, from another plaintext. */
  #piece(index: number): Promise<Bytes> {
    const held = this.#pieces.get(index);
    if (held !== undefined) return held;
    const made = this.#make(index);
    this.#pieces.set(index, made);
    return made;
  }

  async #make(index: number): Promise<Bytes> {
    const sealing = this.#sealing;
    if (sealing === null) throw new Lost();
    const piece = await (this.#journal.begins(index) ? sealing.again(index) : sealing.piece(index));
    if (!this.#journal.agrees(index, piece)) throw new Lost();
    return piece;
  }

  /**
   * Once all was sealed: reads the first and the last piece once more, 4 MiB at most. Which piece in between
   * a writer had reached can not be known without reading all of it again.
   */
  #lookAgain(sealing: SealingOf): Promise<void> {
    const look = async () => {
      for (const index of new Set([0, sealing.pieces - 1])) {
        if (!this.#journal.begins(index)) continue;
        const piece = await sealing.again(index);
        if (!this.#journal.agrees(index, piece)) throw new SendingError('file-changed', { file: this.#n });
        release([piece]);
      }
    };
    return (this.#looked ??= look());
  }

  /** Holds the pieces of a stretch that is on its way, and begins those after it. */
  #holdAround(from: number, to: number, sealing: SealingOf): void {
    const pieceAt = (offset: number) =>
      Math.max(0, Math.floor((offset - sealing.head.length) / SEALED_PIECE));
    const next = pieceAt(to - 1) + 1;
    for (const index of this.#pieces.keys())
      if (index < pieceAt(from) || index >= next + AHEAD) this.#pieces.delete(index);
    this.#begin(next, next + AHEAD, sealing);
  }

  /** A rejection is looked at when the piece is needed. */
  #begin(from: number, to: number, { pieces }: SealingOf): void {
    for (let index = from; index < Math.min(to, pieces); index++) this.#piece(index).catch(() => undefined);
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}

/** The largest end of a request's body from `from` on: the server keeps whole 64 KiB. */
export function bodyEnd(from: number, most: number, size: number): number {
  const end = Math.min(from + most, size);
  return end === size ? end : end - (end % CHUNK);
}
