/**
 * What a trainer writes beside a film: a moment, a text, a drawing on the picture that stands there. Places
 * are whole numbers from 0 to 10000 of the upright picture, so that they hold on any screen, however the
 * picture is turned, mirrored or zoomed.
 */

import { type Colour, type Drawing, EDGE, type Point, type Shape, type ShapeKind } from '../sealed/notes.ts';

export { EDGE as WHOLE };
export type { Colour, Drawing, Point as Place, Shape, ShapeKind };

export interface Note {
  readonly id: string;
  /** Milliseconds from the beginning of the film. */
  readonly at: number;
  readonly text: string;
  readonly drawing: Drawing | null;
}

const MOST_TEXT = 4_000;

/** In the order of the film; one with the same id is replaced, one without words and drawing is taken out. */
export function noted(notes: readonly Note[], note: Note): Note[] {
  const text = note.text.trim().slice(0, MOST_TEXT);
  const drawing = note.drawing && note.drawing.shapes.length > 0 ? note.drawing : null;
  const others = notes.filter(({ id }) => id !== note.id);
  if (text === '' && drawing === null) return others;
  return [...others, { id: note.id, at: Math.max(0, Math.round(note.at)), text, drawing }].sort(
    (one, other) => one.at - other.at,
  );
}

export function without(notes: readonly Note[], id: string): Note[] {
  return notes.filter((note) => note.id !== id);
}
