/**
 * What the player plays: an address for the engine, and the same bytes for the player's own reading. Whether
 * they lie in memory, on the disk or come one range after the other is the business of whoever opens it.
 */
import { type Sliced, Source } from '../media/source.ts';

/** A film that can be played: an address for <video>, and its plaintext by ranges. */
export interface Film {
  readonly url: string;
  readonly name: string;
  /** As its first bytes say, never as the sender does. */
  readonly type: string;
  readonly size: number;
  /** From the first to the last byte, both included. */
  read(from: number, to: number): Promise<Uint8Array>;
}

/** As the readers of boxes take it: whatever they are given they may keep. */
export function slicedOf(film: Pick<Film, 'size' | 'read'>): Sliced {
  return {
    size: film.size,
    slice: (from, to) => ({
      arrayBuffer: async () => (to > from ? new Uint8Array(await film.read(from, to - 1)) : NO_BYTES).buffer,
    }),
  };
}

const NO_BYTES = new Uint8Array(0);

export const sourceOf = (film: Pick<Film, 'size' | 'read'>): Source => new Source(slicedOf(film));
