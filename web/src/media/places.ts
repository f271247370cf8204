/**
 * Where a file says where it was made, as its readers find it, and what stands there afterwards: nothing.
 * Sizes and offsets stay; a box that only said so becomes a `free` one, which every player passes over.
 */
import { differences, type Patch, zeros } from './patch.ts';
import type { Source } from './source.ts';

/** Bytes of one piece of metadata that are looked through; pictures and films are never one. */
export const MOST_METADATA = 4 * 1024 * 1024;

/** Bytes of a file that belong together. */
export interface Piece {
  readonly at: number;
  readonly length: number;
}

export class Places {
  readonly patches: Patch[] = [];
  /** Something says where it was made. */
  found = false;
  /** All of it can be blanked in place. */
  whole = true;

  /** Reads a piece, has it changed in place, and keeps what became different. */
  edit(source: Source, at: number, length: number, change: (bytes: Uint8Array) => void): Promise<void> {
    return this.editJoined(source, [{ at, length }], change);
  }

  /** The same for what stands in several pieces. */
  async editJoined(
    source: Source,
    pieces: readonly Piece[],
    change: (bytes: Uint8Array) => void,
  ): Promise<void> {
    const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
    if (length > MOST_METADATA) return;
    const before = new Uint8Array(length);
    let from = 0;
    for (const piece of pieces) {
      before.set(await source.bytes(piece.at, piece.length), from);
      from += piece.length;
    }
    const after = before.slice();
    change(after);
    from = 0;
    for (const piece of pieces) {
      const to = Math.min(from + piece.length, from + source.size - piece.at);
      for (const patch of differences(
        source.at + piece.at,
        before.subarray(from, to),
        after.subarray(from, to),
      )) {
        this.found = true;
        this.patches.push(patch);
      }
      from += piece.length;
    }
  }

  blank(source: Source, at: number, length: number): void {
    const within = Math.min(length, source.size - at);
    if (within <= 0) return;
    this.found = true;
    this.patches.push(...zeros(source.at + at, within));
  }
}
