/**
 * Shapes of a drawing laid out on a picture, the same for whoever draws and whoever is shown it: each a path as
 * SVG writes them, which a canvas takes too, and the degrees of an angle. What is round or has an angle is so on
 * the picture, whatever its sides.
 */
import { EDGE, type Point, type Shape } from '../sealed/notes.ts';

export interface Spot {
  readonly x: number;
  readonly y: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Where shapes are laid out. */
export interface Ground {
  /** Pixels of a line. */
  readonly line: number;
  /** From a place of the upright picture, 0 to 1. */
  readonly to: (place: Spot) => Spot;
  /** Pixels of the upright picture. */
  readonly film: Size;
}

export interface Laid {
  /** The `d` of a path. */
  readonly path: string;
  /** `size`: of the letters; the spot is their middle. */
  readonly label: (Spot & { readonly text: string; readonly size: number }) | null;
}

/** Under each line a darker one of twice its width, so that it is seen on any picture. */
export const SHADE = 'rgb(7 20 17 / 0.7)';
const HEAD = 5;
const HEAD_TURN = Math.PI / 7;
const ARC = 9;
const LETTERS = 7;

/** Pixels of a picture of this size. */
export function pixels([x, y]: Point, { width, height }: Size): Spot {
  return { x: (x / EDGE) * width, y: (y / EDGE) * height };
}

export function distance(one: Spot, other: Spot): number {
  return Math.hypot(one.x - other.x, one.y - other.y);
}

/** Whole degrees between the arms, 0 to 180; null while an arm is missing. */
export function degrees({ points }: Pick<Shape, 'points'>, film: Size): number | null {
  const [arm, joint, other] = points.map((place) => pixels(place, film));
  if (!arm || !joint || !other) return null;
  const turn = Math.abs(((way(joint, arm) - way(joint, other)) * 180) / Math.PI) % 360;
  return Math.round(turn > 180 ? 360 - turn : turn);
}

export function laid(shape: Shape, { line, to, film }: Ground): Laid {
  const at = shape.points.map(([x, y]) => to({ x: x / EDGE, y: y / EDGE }));
  const [first, second = first] = at;
  if (first === undefined || second === undefined) return { path: '', label: null };
  if (shape.kind === 'circle') return { path: round(first, second), label: null };
  const whole = at.map((spot, n) => `${n === 0 ? 'M' : 'L'}${written(spot)}`).join('');
  // A place that waits for its line is a dot.
  if (at.length === 1) return { path: `${whole}l0 0`, label: null };
  if (shape.kind === 'arrow') return { path: whole + head(first, second, line), label: null };
  const turn = shape.kind === 'angle' ? degrees(shape, film) : null;
  const [, joint, other] = at;
  if (turn === null || !joint || !other) return { path: whole, label: null };
  return {
    path: whole + arc(first, joint, other, line),
    label: label(`${turn}°`, first, joint, other, line),
  };
}

function round(middle: Spot, edge: Spot): string {
  const radius = distance(middle, edge);
  const half = (across: number) => `a${number(radius)} ${number(radius)} 0 1 0 ${number(across)} 0`;
  return `M${written({ x: middle.x - radius, y: middle.y })}${half(2 * radius)}${half(-2 * radius)}`;
}

function head(from: Spot, tip: Spot, line: number): string {
  const long = Math.min(line * HEAD, distance(from, tip));
  const side = (turn: number) => written(along(tip, way(from, tip) + turn, -long));
  return `M${side(-HEAD_TURN)}L${written(tip)}L${side(HEAD_TURN)}`;
}

/** The smaller way round, from arm to arm. */
function arc(arm: Spot, joint: Spot, other: Spot, line: number): string {
  const radius = Math.min(line * ARC, distance(arm, joint), distance(other, joint));
  const [from, to] = [way(joint, arm), way(joint, other)];
  const turn = (to - from + Math.PI * 4) % (Math.PI * 2);
  const end = written(along(joint, to, radius));
  const clockwise = turn < Math.PI ? 1 : 0;
  return `M${written(along(joint, from, radius))}A${number(radius)} ${number(radius)} 0 0 ${clockwise} ${end}`;
}

/** On the side of the joint where no arm is. */
function label(text: string, arm: Spot, joint: Spot, other: Spot, line: number): Laid['label'] {
  const size = line * LETTERS;
  const middle = { x: (arm.x + other.x) / 2, y: (arm.y + other.y) / 2 };
  return { text, size, ...along(joint, way(middle, joint), size * 1.3) };
}

function way(from: Spot, to: Spot): number {
  return Math.atan2(to.y - from.y, to.x - from.x);
}

function along({ x, y }: Spot, way: number, long: number): Spot {
  return { x: x + long * Math.cos(way), y: y + long * Math.sin(way) };
}

function written({ x, y }: Spot): string {
  return `${number(x)} ${number(y)}`;
}

function number(value: number): string {
  return String(Math.round(value * 10) / 10);
}
