/** Paints shapes on a canvas: over the film on the screen, and into the picture that is saved. */
import { COLOURS } from '../ui/ink.ts';
import { type Ground, laid, SHADE } from '../ui/shapes.ts';
import type { Shape } from './notes.ts';

export interface Canvas extends Ground {
  readonly context: CanvasRenderingContext2D;
}

export function paint(canvas: Canvas, shapes: readonly Shape[]): void {
  for (const shape of shapes) paintOne(canvas, shape);
}

function paintOne({ context, ...ground }: Canvas, shape: Shape): void {
  const { path: written, label } = laid(shape, ground);
  const path = new Path2D(written);
  const colour = COLOURS[shape.colour];
  context.lineCap = context.lineJoin = 'round';
  context.strokeStyle = SHADE;
  context.lineWidth = ground.line * 2;
  context.stroke(path);
  context.strokeStyle = colour;
  context.lineWidth = ground.line;
  context.stroke(path);
  if (label === null) return;
  context.font = `600 ${label.size}px system-ui, sans-serif`;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.strokeStyle = SHADE;
  context.lineWidth = ground.line * 2;
  context.strokeText(label.text, label.x, label.y);
  context.fillStyle = colour;
  context.fillText(label.text, label.x, label.y);
}
