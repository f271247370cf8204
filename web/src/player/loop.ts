/** From A to B, again and again. Seconds; B belongs to what is shown. */

export interface Loop {
  readonly a: number | null;
  readonly b: number | null;
}

export const NO_LOOP: Loop = { a: null, b: null };
/** Shorter than this is a slip of the finger. */
const LEAST = 0.1;

/**
 * A set behind a lone B changes places with it, as B before a lone A does. Where both were set, what was set
 * last begins a loop anew; so it does when it is too near to the other.
 */
export function withA({ a, b }: Loop, at: number): Loop {
  if (b === null || b - at >= LEAST) return { a: at, b };
  return a === null && at - b >= LEAST ? { a: b, b: at } : { a: at, b: null };
}

export function withB({ a, b }: Loop, at: number): Loop {
  if (a === null || at - a >= LEAST) return { a, b: at };
  return b === null && a - at >= LEAST ? { a: at, b: a } : { a: null, b: at };
}

export type End = 'a' | 'b';

/** Which end was there before and is no more. */
export function lost(before: Loop, now: Loop): End | null {
  if (before.a !== null && now.a === null) return 'a';
  return before.b !== null && now.b === null ? 'b' : null;
}

/** Where to go on from when this moment stands; null: just play. B alone loops from the beginning. */
export function back(loop: Loop, at: number, end: number): number | null {
  if (loop.a === null && loop.b === null) return null;
  const until = loop.b ?? end;
  return at >= until - 0.001 ? (loop.a ?? 0) : null;
}
