/** Paints shapes on a canvas: over the film on the screen, and into the picture that is saved. */
import { COLOURS } from '../ui/ink.ts';
import { degrees, distance } from './draw.ts';
import { type Place, type Shape, WHOLE } from './notes.ts';
import type { Point, Size } from './view.ts';

export interface Ground {
  readonly context: CanvasRenderingContext2D;
  /** Pixels of a line. */
  readonly line: number;
  /** From a place of the upright picture, 0 to 1, to the canvas. */
  readonly to: (place: Point) => Point;
  readonly film: Size;
}

/** Under each line a darker one, so that it is seen on any picture. */
const SHADE = 'rgb(7 20 17 / 0.7)';
const HEAD = 5;
const HEAD_TURN = Math.PI / 7;
const ARC = 9;

export function paint(ground: Ground, shapes: readonly Shape[]): void {
  for (const shape of shapes) paintOne(ground, shape);
}

function paintOne(ground: Ground, shape: Shape): void {
  const { context, line, to } = ground;
  const at = shape.points.map(([x, y]: Place) => to({ x: x / WHOLE, y: y / WHOLE }));
  const path = new Path2D();
  const first = at[0];
  if (first === undefined) return;
  if (shape.kind === 'circle') {
    const edge = at[1] ?? first;
    path.arc(first.x, first.y, distance(first, edge), 0, Math.PI * 2);
  } else {
    path.moveTo(first.x, first.y);
    for (const { x, y } of at.slice(1)) path.lineTo(x, y);
    if (shape.kind === 'arrow') head(path, at, line);
    if (shape.kind === 'angle') arc(path, at, line);
    // A place that waits for its line is a dot.
    if (at.length === 1) path.lineTo(first.x, first.y);
  }
  context.lineCap = context.lineJoin = 'round';
  context.strokeStyle = SHADE;
  context.lineWidth = line * 2;
  context.stroke(path);
  context.strokeStyle = COLOURS[shape.colour];
  context.lineWidth = line;
  context.stroke(path);
  const turn = shape.kind === 'angle' ? degrees(shape, ground.film) : null;
  if (turn !== null && at[1]) label(ground, `${turn}°`, at[1], at, COLOURS[shape.colour]);
}

function head(path: Path2D, at: readonly Point[], line: number): void {
  const [from, tip] = [at[0], at[1]];
  if (!from || !tip) return;
  const way = Math.atan2(tip.y - from.y, tip.x - from.x);
  const long = Math.min(line * HEAD, distance(from, tip));
  for (const turn of [-HEAD_TURN, HEAD_TURN]) {
    path.moveTo(tip.x, tip.y);
    path.lineTo(tip.x - long * Math.cos(way + turn), tip.y - long * Math.sin(way + turn));
  }
}

function arc(path: Path2D, at: readonly Point[], line: number): void {
  const [arm, joint, other] = at;
  if (!arm || !joint || !other) return;
  const way = (point: Point) => Math.atan2(point.y - joint.y, point.x - joint.x);
  const [from, to] = [way(arm), way(other)];
  const radius = Math.min(line * ARC, distance(arm, joint), distance(other, joint));
  const turn = (((to - from) % (Math.PI * 2)) + Math.PI * 2) % (Math.PI * 2);
  path.moveTo(joint.x + radius * Math.cos(from), joint.y + radius * Math.sin(from));
  path.arc(joint.x, joint.y, radius, from, to, turn > Math.PI);
}

/** On the side of the joint where no arm is. */
function label({ context, line }: Ground, text: string, joint: Point, at: readonly Point[], colour: string) {
  const [arm, , other] = at;
  const size = line * 7;
  context.font = `600 ${size}px system-ui, sans-serif`;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  const middle = { x: ((arm?.x ?? 0) + (other?.x ?? 0)) / 2, y: ((arm?.y ?? 0) + (other?.y ?? 0)) / 2 };
  const away = distance(joint, middle) || 1;
  const x = joint.x + ((joint.x - middle.x) / away) * size * 1.3;
  const y = joint.y + ((joint.y - middle.y) / away) * size * 1.3;
  context.strokeStyle = SHADE;
  context.lineWidth = line * 2;
  context.strokeText(text, x, y);
  context.fillStyle = colour;
  context.fillText(text, x, y);
}
