/**
 * Notes of a review (section 8a): what is said about a moment of a file, and what is drawn on it. Points are
 * whole numbers from 0 to EDGE across and down the picture as it is seen, upright.
 */
import { MalformedError } from './errors.ts';
import { Fields, expectInteger, expectText } from './json.ts';

export const EDGE = 10_000;
export const MOST_NOTES = 200;
/** Voice and video notes of one review. */
export const MOST_PARTS = 20;
/** Characters of one text. */
export const MOST_TEXT = 4000;
export const MOST_SHAPES = 200;
export const MOST_POINTS = 2000;
/** Milliseconds: a day. */
export const MOST_AT = 86_400_000;

const MOST_FILE_NUMBER = 255;

export type Point = readonly [x: number, y: number];

/** How many points each kind has, at least and at most. */
const KINDS = {
  /** From, to. */
  line: [2, 2],
  /** From, to: where the head is. */
  arrow: [2, 2],
  /** The middle, a point on it. */
  circle: [2, 2],
  /** One arm's end, the corner, the other arm's end. */
  angle: [3, 3],
  /** The way of a pen. */
  pen: [1, MOST_POINTS],
} as const;

export type ShapeKind = keyof typeof KINDS;

export type Colour = 0 | 1 | 2 | 3;

export interface Shape {
  readonly kind: ShapeKind;
  /** Which colour that is, whoever shows it decides. */
  readonly colour: Colour;
  readonly points: readonly Point[];
}

export interface Drawing {
  readonly shapes: readonly Shape[];
}

export interface Note {
  /** `[a-z0-9-]{1,32}`, no two alike in a review. */
  readonly id: string;
  /** Number of the file it is about. */
  readonly file: number | null;
  /** Milliseconds into that file. */
  readonly at: number | null;
  readonly text: string;
  readonly drawing: Drawing | null;
  /** Which of the review's parts belongs to it. */
  readonly part: number | null;
}

/** `parts` is how many the review has. Throws MalformedError. */
export function readNotes(fields: Fields, parts: number): readonly Note[] {
  const notes = limited(
    fields.list('notes', (value) => readNote(new Fields(value), parts)),
    MOST_NOTES,
  );
  if (new Set(notes.map(({ id }) => id)).size !== notes.length) throw new MalformedError('field');
  return notes;
}

/** A text of at most MOST_TEXT characters, none of them half of one. */
export function shortText(value: unknown): string {
  const text = expectText(value);
  if (text.length > 2 * MOST_TEXT || Array.from(text).length > MOST_TEXT || /\p{Cs}/u.test(text))
    throw new MalformedError('field');
  return text;
}

function readNote(fields: Fields, parts: number): Note {
  const id = fields.text('id');
  if (!/^[a-z0-9-]{1,32}$/.test(id)) throw new MalformedError('field');
  return {
    id,
    file: fields.nullable('file', upTo(MOST_FILE_NUMBER)),
    at: fields.nullable('at', upTo(MOST_AT)),
    text: shortText(fields.raw('text')),
    drawing: fields.nullable('drawing', readDrawing),
    part: fields.nullable('part', upTo(parts - 1)),
  };
}

function readDrawing(value: unknown): Drawing {
  return { shapes: limited(new Fields(value).list('shapes', readShape), MOST_SHAPES) };
}

function readShape(value: unknown): Shape {
  const fields = new Fields(value);
  const kind = fields.text('kind');
  if (!isKind(kind)) throw new MalformedError('field');
  const points = fields.list('points', readPoint);
  const [least, most] = KINDS[kind];
  if (points.length < least || points.length > most) throw new MalformedError('field');
  return { kind, colour: readColour(fields.raw('colour')), points };
}

function readColour(value: unknown): Colour {
  if (value !== 0 && value !== 1 && value !== 2 && value !== 3) throw new MalformedError('field');
  return value;
}

function readPoint(value: unknown): Point {
  if (!Array.isArray(value) || value.length !== 2) throw new MalformedError('field');
  const [x, y] = value as readonly unknown[];
  return [upTo(EDGE)(x), upTo(EDGE)(y)];
}

function isKind(kind: string): kind is ShapeKind {
  return Object.hasOwn(KINDS, kind);
}

function upTo(most: number): (value: unknown) => number {
  return (value) => {
    const number = expectInteger(value);
    if (number > most) throw new MalformedError('field');
    return number;
  };
}

function limited<T>(list: readonly T[], most: number): readonly T[] {
  if (list.length > most) throw new MalformedError('field');
  return list;
}
