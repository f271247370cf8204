/** Drags a film by its pictures: so many pixels are one picture, and what is left over is not lost. */

/** Pixels of the screen for one picture. */
export const PIXELS = 7;
/** A finger that moved less than this has not begun to drag. */
export const SLOP = 8;

export interface Jog {
  /** Where the finger was when the last picture was counted. */
  readonly x: number;
}

/** Pictures to go, and the jog to go on with. Dragging to the left goes ahead, as with a strip of film. */
export function jogged(jog: Jog, x: number): { readonly pictures: number; readonly jog: Jog } {
  const pictures = Math.trunc((jog.x - x) / PIXELS);
  return { pictures: pictures === 0 ? 0 : pictures, jog: { x: jog.x - pictures * PIXELS } };
}
