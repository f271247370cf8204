/** A drawing of a reply as paths in the pixels of the picture it was drawn on. */
import { EDGE, type Shape } from '../sealed/notes.ts';

export interface Size {
  readonly width: number;
  readonly height: number;
}

interface Place {
  readonly x: number;
  readonly y: number;
}

const HEAD_TURN = Math.PI / 7;
/** Of the longer side. */
const LINE = 1 / 160;
const HEAD = 5;

/** Width of a line that is seen on a picture of this size. */
export function lineOf({ width, height }: Size): number {
  return Math.max(width, height) * LINE;
}

/** The `d` of an SVG path. */
export function pathOf({ kind, points }: Shape, size: Size): string {
  const at = points.map(([x, y]) => ({ x: (x / EDGE) * size.width, y: (y / EDGE) * size.height }));
  const [first, second] = at;
  if (first === undefined) return '';
  if (kind === 'circle' && second !== undefined) return round(first, second);
  const way = at.map((place, n) => `${n === 0 ? 'M' : 'L'}${spot(place)}`).join('');
  // A pen that was only set down is a dot.
  if (second === undefined) return `${way}l0 0`;
  return kind === 'arrow' ? way + head(first, second, lineOf(size)) : way;
}

function round(middle: Place, edge: Place): string {
  const radius = Math.hypot(edge.x - middle.x, edge.y - middle.y);
  const arc = (across: number) => `a${number(radius)} ${number(radius)} 0 1 0 ${number(across)} 0`;
  return `M${spot({ x: middle.x - radius, y: middle.y })}${arc(2 * radius)}${arc(-2 * radius)}`;
}

function head(from: Place, tip: Place, line: number): string {
  const way = Math.atan2(tip.y - from.y, tip.x - from.x);
  const long = Math.min(line * HEAD, Math.hypot(tip.x - from.x, tip.y - from.y));
  const side = (turn: number) =>
    spot({ x: tip.x - long * Math.cos(way + turn), y: tip.y - long * Math.sin(way + turn) });
  return `M${side(-HEAD_TURN)}L${spot(tip)}L${side(HEAD_TURN)}`;
}

function spot({ x, y }: Place): string {
  return `${number(x)} ${number(y)}`;
}

function number(value: number): string {
  return String(Math.round(value * 10) / 10);
}
