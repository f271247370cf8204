/**
 * Shapes as they are drawn: what a finger makes of them. Places are those of `notes.ts`.
 */
import { MOST_POINTS } from '../sealed/notes.ts';
import { distance, pixels } from '../ui/shapes.ts';
import { type Colour, type Place, type Shape, type ShapeKind, WHOLE } from './notes.ts';
import type { Point, Size } from './view.ts';

/** In the order they are offered. */
export const KINDS: readonly ShapeKind[] = ['line', 'arrow', 'circle', 'angle', 'pen'];
/** Nearer than this, of the shorter side, is no stroke but a tap. */
const TAP = 0.015;
/** A pen leaves out what is nearer than this, of the shorter side. */
const PEN = 0.003;

/** Inside of the picture, as whole numbers. */
export function placeOf({ x, y }: Point): Place {
  const whole = (value: number) => Math.round(Math.max(0, Math.min(1, value)) * WHOLE);
  return [whole(x), whole(y)];
}

/** What is being drawn; an angle takes two strokes, or three taps. */
export interface Draft {
  readonly shape: Shape;
  /** The last of its points follows the finger. */
  readonly follows: boolean;
}

export function pressed(draft: Draft | null, kind: ShapeKind, colour: Colour, at: Place): Draft {
  if (draft && !draft.follows) {
    const { shape } = draft;
    return { shape: { ...shape, points: [...shape.points, at] }, follows: true };
  }
  return { shape: { kind, colour, points: kind === 'pen' ? [at] : [at, at] }, follows: true };
}

export function dragged(draft: Draft, at: Place, film: Size): Draft {
  const { shape } = draft;
  if (shape.kind === 'pen') {
    const last = shape.points.at(-1);
    const near = last !== undefined && isNear(last, at, PEN, film);
    if (near || shape.points.length >= MOST_POINTS) return draft;
    return { ...draft, shape: { ...shape, points: [...shape.points, at] } };
  }
  return { ...draft, shape: { ...shape, points: [...shape.points.slice(0, -1), at] } };
}

/** A finished shape, a draft that waits for its next stroke, or nothing: a tap draws no line. */
export function released(draft: Draft, film: Size): { shape: Shape | null; draft: Draft | null } {
  const { shape } = draft;
  const { points } = shape;
  const [from, to] = [points.at(-2), points.at(-1)];
  if (shape.kind === 'pen') return { shape: points.length > 1 ? shape : null, draft: null };
  if (!from || !to) return { shape: null, draft: null };
  const tapped = isNear(from, to, TAP, film);
  if (shape.kind !== 'angle') return { shape: tapped ? null : shape, draft: null };
  // A tap alone is the end of the first arm: the joint is tapped next.
  if (points.length === 2 && tapped)
    return { shape: null, draft: { shape: { ...shape, points: [from] }, follows: false } };
  if (points.length === 2) return { shape: null, draft: { shape, follows: false } };
  return tapped
    ? { shape: null, draft: { shape: { ...shape, points: points.slice(0, -1) }, follows: false } }
    : { shape, draft: null };
}

function isNear(one: Place, other: Place, share: number, film: Size): boolean {
  const limit = Math.min(film.width, film.height) * share;
  return distance(pixels(one, film), pixels(other, film)) < limit;
}
