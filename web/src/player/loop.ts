/** From A to B, again and again. Seconds; B belongs to what is shown. */

export interface Loop {
  readonly a: number | null;
  readonly b: number | null;
}

export const NO_LOOP: Loop = { a: null, b: null };
/** Shorter than this is a slip of the finger. */
const LEAST = 0.1;

/** A set behind B, or B before A, begins anew with what was set last. */
export function withA(loop: Loop, at: number): Loop {
  return { a: at, b: loop.b !== null && loop.b - at >= LEAST ? loop.b : null };
}

export function withB(loop: Loop, at: number): Loop {
  return { a: loop.a !== null && at - loop.a >= LEAST ? loop.a : null, b: at };
}

/** Where to go on from when this moment stands; null: just play. B alone loops from the beginning. */
export function back(loop: Loop, at: number, end: number): number | null {
  if (loop.a === null && loop.b === null) return null;
  const until = loop.b ?? end;
  return at >= until - 0.001 ? (loop.a ?? 0) : null;
}
