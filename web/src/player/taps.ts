/** A tap, or two of them: the second one within a moment and near the first jumps instead. */

export const TWICE_MS = 260;
const NEAR = 40;

export interface Tap {
  readonly at: number;
  readonly x: number;
}

/** `width` of what is tapped: its left half jumps back, its right half ahead. */
export function tapped(last: Tap | null, tap: Tap, width: number): 'once' | 'back' | 'ahead' {
  if (last === null || tap.at - last.at > TWICE_MS || Math.abs(tap.x - last.x) > NEAR) return 'once';
  return tap.x < width / 2 ? 'back' : 'ahead';
}
