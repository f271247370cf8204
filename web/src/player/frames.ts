/** When each picture of a film begins. Seconds as the engine counts them, ascending. */

/** Of the last picture, where nothing says how long it stays. */
const USUAL_GAP = 1 / 30;
/** As much as engines round, and as moments are kept in whole milliseconds. */
const ROUNDED = 0.001;

export class Frames {
  readonly times: Float64Array;
  readonly end: number;

  /** `times` ascending and not empty; `end` is when the last picture goes. */
  constructor(times: Float64Array, end: number) {
    this.times = times;
    this.end = end;
  }

  get count(): number {
    return this.times.length;
  }

  /** The picture that stands at this moment. */
  at(seconds: number): number {
    let low = 0;
    let high = this.times.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.times[middle] ?? Infinity) <= seconds) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /**
   * The picture that an engine names by a moment: when it began, rounded, or any moment while it stands, as
   * some say after a jump.
   */
  named(seconds: number): number {
    return this.at(seconds + ROUNDED);
  }

  begins(frame: number): number {
    return this.times[frame] ?? Infinity;
  }

  /** Where to jump so that exactly this picture stands: as far from its neighbours as can be. */
  middle(frame: number): number {
    const from = this.begins(frame);
    return from + (this.until(frame) - from) / 2;
  }

  /** When the next one begins. */
  until(frame: number): number {
    const next = this.times[frame + 1];
    if (next !== undefined) return next;
    const from = this.begins(frame);
    return this.end > from ? this.end : from + USUAL_GAP;
  }

  inside(frame: number): number {
    return Math.max(0, Math.min(frame, this.count - 1));
  }
}

/** What a list of edits says: how long nothing is shown, and which part of the track after it. */
export interface Edit {
  /** Seconds before the first picture. */
  readonly wait: number;
  /** Seconds of the track that the film begins with. */
  readonly from: number;
  /** Seconds of the track that are shown; Infinity: all the rest. */
  readonly lasts: number;
}

/** Half of a tick of the coarsest timescale in use: times that differ by less are the same. */
const SAME = 0.0005;

/**
 * The pictures that are shown, from when each of them comes in its track and how long it stays there. The one
 * that stands when the edit begins is shown from the edit's beginning. null: none is.
 */
export function shown(track: readonly { at: number; lasts: number }[], edit: Edit): Frames | null {
  const ordered = [...track].sort((one, other) => one.at - other.at);
  const times: number[] = [];
  let end = 0;
  for (const [n, { at, lasts }] of ordered.entries()) {
    const until = ordered[n + 1]?.at ?? at + lasts;
    if (until <= edit.from + SAME || at >= edit.from + edit.lasts - SAME) continue;
    const begins = Math.max(at, edit.from) - edit.from + edit.wait;
    if (times.length > 0 && begins <= (times.at(-1) ?? 0)) continue;
    times.push(begins);
    end = Math.min(until, edit.from + edit.lasts) - edit.from + edit.wait;
  }
  return times.length > 0 ? new Frames(Float64Array.from(times), end) : null;
}
