/**
 * One sealed file, readable from any offset: from the stage as far as it is kept there, else from the
 * pieces held in memory until the server has them, else sealed again and compared with the journal. So no
 * byte ever leaves that was sealed from another plaintext under the same key and nonce, whatever happens to
 * the picked file. One that was written over while it was sealed first may be torn, the beginning of one
 * film before the end of another: its last bytes leave, and it counts as kept, only after a second look.
 */
import type { Bytes } from '../sealed/bytes.ts';
import { CHUNK, SEALED_CHUNK } from '../sealed/ranges.ts';
import { Journal } from './journal.ts';
import type { Pace } from './pace.ts';
import { PIECE_CHUNKS } from './sealer.ts';
import type { SealingOf } from './sealers.ts';
import { SendingError } from './sending.ts';
import type { StagedFile } from './stage.ts';

const SEALED_PIECE = PIECE_CHUNKS * SEALED_CHUNK;
/** Pieces that are sealed ahead of the stage: as many as two workers hold. */
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
  readonly #pace: Pace | null;
  /** What the stage holds in one run. */
  #from: number;
  #to: number;
  /** Sealed bytes that the server has, as heard last. */
  #acknowledged = 0;
  /** The end of what was sealed once. */
  #reached = 0;
  /** Whether what is not staged yet will be. */
  #growing: boolean;
  /** It is this file's turn. */
  #isSent = false;
  #waiting: (() => void)[] = [];
  #looked: Promise<void> | null = null;
  readonly #journal = new Journal();
  /** Held until the server has them or the stage does. */
  readonly #pieces = new Map<number, Promise<Bytes>>();

  private constructor(
    n: number,
    [from, size]: readonly [number, number],
    sealing: SealingOf | null,
    stage: StagedFile | null,
    pace: Pace | null,
  ) {
    this.#n = n;
    this.size = size;
    this.#sealing = sealing;
    this.#stage = stage;
    this.#pace = pace;
    this.#growing = sealing !== null && stage !== null;
    this.#from = from;
    this.#to = sealing === null ? size : 0;
  }

  /** File number n that is being sealed; without a stage it is sealed while it is sent. */
  static fresh(n: number, sealing: SealingOf, stage: StagedFile | null, pace: Pace): SealedFile {
    return new SealedFile(n, [0, sealing.size], sealing, stage, pace);
  }

  /** A file of which the stage holds all from `from` on. */
  static kept(n: number, stage: StagedFile, from: number, size: number): SealedFile {
    return new SealedFile(n, [from, size], null, stage, null);
  }

  /** Sealed bytes that are here or at the server, from the first on; 0 where they will not be kept. */
  get kept(): number {
    const keeps = this.#growing || (this.#sealing === null && this.#stage !== null);
    return keeps ? Math.max(this.#to, this.#reached, this.#acknowledged) : 0;
  }

  /** Sealed bytes that were written to this device. */
  get written(): number {
    return this.#to - this.#from;
  }

  /** Once it is whole: what lies below was never staged, for the server had it. */
  get from(): number {
    return this.#from;
  }

  /** Whether `keep` has something to do. */
  get isGrowing(): boolean {
    return this.#growing;
  }

  /** The server has its first bytes, so many. */
  acknowledged(bytes: number): void {
    if (bytes > this.#acknowledged) this.#pace?.acknowledged(bytes - this.#acknowledged);
    this.#acknowledged = bytes;
    for (const index of this.#pieces.keys()) if (this.#endOf(index) <= bytes) this.#drop(index);
    // Before the next body is copied, so that both go on side by side.
    if (this.#isSent) this.#beginAhead(bytes);
    this.#wake();
  }

  /**
   * Sees to it that all that the server lacks is in the stage once it is sealed, flushes and forgets the
   * key. As long as the network keeps pace, what it takes is not staged at all. False when the stage takes no
   * more: what it has stays readable, the rest is sealed while it is sent. Throws SendingError of the file.
   */
  async keep(told: () => void): Promise<boolean> {
    const sealing = this.#sealing;
    if (sealing === null || !this.#growing) return this.#sealing === null && this.#stage !== null;
    try {
      for (let next = 0; next < sealing.pieces;) {
        const lacking = this.#acknowledged === this.size ? sealing.pieces : this.#pieceAt(this.#acknowledged);
        next = Math.max(next, lacking);
        if (next === sealing.pieces || !(await this.#isDue())) continue;
        this.#begin(next, next + AHEAD, sealing);
        const piece = await this.#piece(next);
        if (!this.#growing) return false;
        // Dropped meanwhile: the server has it.
        if (piece.length === 0) continue;
        if (!this.#write(next, piece, sealing)) return false;
        this.#drop(next++);
        told();
      }
      if (this.#to < this.size) this.#from = this.#to = this.size;
      await this.#lookAgain(sealing);
      return await this.#flush();
    } catch (error) {
      // Closed meanwhile: nobody wants it any more. What is lost is found out when it is sent.
      if (this.#sealing === null || error instanceof Lost) return false;
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

  /** Fills `into` with the bytes from `from` on. Throws Lost, or SendingError of the picked file. */
  async fill(into: Bytes, from: number): Promise<void> {
    const to = from + into.length;
    this.#isSent = true;
    this.#beginAhead(from);
    for (let at = from; at < to;) {
      const part = into.subarray(at - from);
      at += this.#staged(part, at) || (await this.#sealed(part, at));
    }
    if (this.#sealing !== null && to === this.size) await this.#lookAgain(this.#sealing);
  }

  /** Forgets the key and lets go of the stage. */
  close(): void {
    this.stopGrowing();
    this.#sealing?.end();
    this.#sealing = null;
    this.#stage?.close();
    this.#stage = null;
    this.#from = this.#to = 0;
    this.#pieces.clear();
  }

  /** Whether to stage now: all the rest will be sealed at once, or the network is too slow. */
  async #isDue(): Promise<boolean> {
    const window = this.#pace?.window ?? 0;
    if (!this.#growing || this.#acknowledged + window >= this.size) return true;
    // What was begun is gone on with until the network has caught up.
    if (this.#to > this.#acknowledged) return true;
    const more = new Promise<void>((resolve) => this.#waiting.push(resolve));
    return (await this.#pace?.outlasts(more)) !== false;
  }

  /** False when the stage failed. */
  #write(index: number, piece: Bytes, { head }: SealingOf): boolean {
    if (this.#stage === null) return false;
    const at = this.#startOf(index);
    try {
      if (index === 0) this.#stage.write(head, 0);
      this.#stage.write(piece, index === 0 ? head.length : at);
    } catch {
      return false;
    }
    // The network had caught up: what is before has arrived.
    if (at !== this.#to) this.#from = at;
    this.#to = this.#endOf(index);
    return true;
  }

  async #flush(): Promise<boolean> {
    try {
      await this.#stage?.flush();
    } catch {
      return false;
    }
    // A server that lost what it had acknowledged gets that first.
    while (this.#growing && this.#acknowledged < this.#from)
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    if (this.#stage === null || !this.#growing) return false;
    for (const index of this.#pieces.keys()) this.#drop(index);
    this.#sealing?.end();
    this.#sealing = null;
    return true;
  }

  /** How many bytes the stage had; when it fails it is as if nothing had been kept. */
  #staged(into: Bytes, at: number): number {
    if (at < this.#from || at >= this.#to) return 0;
    const part = into.subarray(0, this.#to - at);
    try {
      if (this.#stage === null) throw new Lost();
      this.#stage.read(part, at);
      return part.length;
    } catch {
      this.#from = this.#to = 0;
      this.stopGrowing();
      return 0;
    }
  }

  /** How many bytes were put in: 0 when the stage has taken the piece meanwhile. */
  async #sealed(into: Bytes, at: number): Promise<number> {
    if (this.#sealing === null) throw new Lost();
    const { head } = this.#sealing;
    if (at < head.length) return put(head.subarray(at), into);
    const index = this.#pieceAt(at);
    const start = head.length + index * SEALED_PIECE;
    return put((await this.#piece(index)).subarray(at - start), into);
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
    this.#reached = Math.max(this.#reached, this.#endOf(index));
    return piece;
  }

  /** Its memory is used for another. */
  #drop(index: number): void {
    const sealing = this.#sealing;
    const piece = this.#pieces.get(index);
    this.#pieces.delete(index);
    void piece?.then((bytes) => sealing?.spent(bytes)).catch(() => undefined);
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
        sealing.spent(piece);
      }
    };
    return (this.#looked ??= look());
  }

  /** Seals what will be wanted next, as far as memory may hold it. */
  #beginAhead(from: number): void {
    const most = this.#acknowledged + (this.#pace?.window ?? 0);
    if (this.#sealing !== null && this.#to <= from)
      this.#begin(this.#pieceAt(from), this.#pieceAt(most) + 1, this.#sealing);
  }

  /** A rejection is looked at when the piece is needed. */
  #begin(from: number, to: number, { pieces }: SealingOf): void {
    for (let index = from; index < Math.min(to, pieces); index++) this.#piece(index).catch(() => undefined);
  }

  /** The piece that holds a byte; the first one holds the head too. */
  #pieceAt(offset: number): number {
    return Math.max(0, Math.floor((offset - this.#head) / SEALED_PIECE));
  }

  #startOf(index: number): number {
    return index === 0 ? 0 : this.#head + index * SEALED_PIECE;
  }

  #endOf(index: number): number {
    return Math.min(this.size, this.#head + (index + 1) * SEALED_PIECE);
  }

  get #head(): number {
    return this.#sealing?.head.length ?? 0;
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}

function put(bytes: Bytes, into: Bytes): number {
  const part = bytes.subarray(0, into.length);
  into.set(part);
  return part.length;
}

/** The largest end of a request's body from `from` on: the server keeps whole 64 KiB. */
export function bodyEnd(from: number, most: number, size: number): number {
  const end = Math.min(from + most, size);
  return end === size ? end : end - (end % CHUNK);
}
