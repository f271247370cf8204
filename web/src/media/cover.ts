/**
 * Boxes over a picture, and the picture that comes of it: what lies under them is painted over before
 * anything is encoded, and nothing but pixels is taken along, so that no Exif is left either. Places are in
 * the picture's own pixels, as it is shown upright.
 */
import { inspect } from './inspect.ts';

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}
export interface Point {
  readonly x: number;
  readonly y: number;
}
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Pixels a picture may have: four bytes each, twice, in the memory of a phone. */
export const MOST_PIXELS = 50_000_000;
export const COVER = '#101a18';
const QUALITY = 0.92;
/** Of the shorter side: the least a box can be, what a tap makes, and a step by keyboard. */
const LEAST = 0.02;
const TAPPED = 0.2;
const STEP = 0.02;

export class CoverError extends Error {
  readonly reason: 'not-shown' | 'too-large' | 'failed';

  constructor(reason: CoverError['reason'], options?: ErrorOptions) {
    super(reason, options);
    this.reason = reason;
  }
}

const shorter = ({ width, height }: Size) => Math.min(width, height);
const between = (least: number, value: number, most: number) => Math.max(least, Math.min(value, most));

/** From one corner to the other, inside of the picture; a tap becomes a box around it. */
export function drawn(from: Point, to: Point, size: Size): Box {
  const least = shorter(size) * LEAST;
  if (Math.abs(from.x - to.x) < least && Math.abs(from.y - to.y) < least) return around(to, size);
  const x = between(0, Math.min(from.x, to.x), size.width - least);
  const y = between(0, Math.min(from.y, to.y), size.height - least);
  return {
    x,
    y,
    width: between(least, Math.max(from.x, to.x) - x, size.width - x),
    height: between(least, Math.max(from.y, to.y) - y, size.height - y),
  };
}

export function around(middle: Point, size: Size): Box {
  const side = shorter(size) * TAPPED;
  return moved({ x: 0, y: 0, width: side, height: side }, middle.x - side / 2, middle.y - side / 2, size);
}

export function moved(box: Box, dx: number, dy: number, size: Size): Box {
  return {
    ...box,
    x: between(0, box.x + dx, size.width - box.width),
    y: between(0, box.y + dy, size.height - box.height),
  };
}

/** By its lower right corner. */
export function resized(box: Box, dx: number, dy: number, size: Size): Box {
  const least = shorter(size) * LEAST;
  return {
    ...box,
    width: between(least, box.width + dx, size.width - box.x),
    height: between(least, box.height + dy, size.height - box.y),
  };
}

/** What a key does to a box; null for a key that does nothing, 'away' for one that takes it away. */
export function keyed(box: Box, key: string, larger: boolean, size: Size): Box | 'away' | null {
  if (key === 'Delete' || key === 'Backspace') return 'away';
  const step = shorter(size) * STEP;
  const dx = key === 'ArrowLeft' ? -step : key === 'ArrowRight' ? step : 0;
  const dy = key === 'ArrowUp' ? -step : key === 'ArrowDown' ? step : 0;
  if (dx === 0 && dy === 0) return null;
  return larger ? resized(box, dx, dy, size) : moved(box, dx, dy, size);
}

/** A PNG stays one; everything else becomes a JPEG, under the name it had. */
export function outcome({ name, type }: { readonly name: string; readonly type: string }) {
  if (type === 'image/png') return { type, name };
  if (/\.jpe?g$/i.test(name)) return { type: 'image/jpeg', name };
  return { type: 'image/jpeg', name: `${name.replace(/\.[a-z0-9]{1,5}$/i, '') || 'picture'}.jpg` };
}

/** The picture, upright. Throws CoverError. */
export async function opened(file: File): Promise<ImageBitmap> {
  const { width, height } = await inspect(file);
  refuseLarge({ width: width ?? 0, height: height ?? 0 });
  let picture: ImageBitmap;
  try {
    picture = await createImageBitmap(file, { imageOrientation: 'from-image' });
  } catch (cause) {
    throw new CoverError('not-shown', { cause });
  }
  refuseLarge(picture);
  return picture;
}

function refuseLarge({ width, height }: Size): void {
  if (width * height > MOST_PIXELS) throw new CoverError('too-large');
}

/** A new file in full resolution; every pixel that a box touches is covered. Throws CoverError `failed`. */
export async function covered(file: File, picture: ImageBitmap, boxes: readonly Box[]): Promise<File> {
  const canvas = document.createElement('canvas');
  canvas.width = picture.width;
  canvas.height = picture.height;
  const { type, name } = outcome(file);
  const context = canvas.getContext('2d', { alpha: type === 'image/png' });
  if (!context) throw new CoverError('failed');
  context.drawImage(picture, 0, 0);
  context.fillStyle = COVER;
  for (const { x, y, width, height } of boxes) {
    const [left, top] = [Math.floor(x), Math.floor(y)];
    context.fillRect(left, top, Math.ceil(x + width) - left, Math.ceil(y + height) - top);
  }
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, type, QUALITY));
  // Phones hold on to a canvas's memory; this lets it go.
  canvas.width = canvas.height = 0;
  if (!blob || blob.type !== type) throw new CoverError('failed');
  return new File([blob], name, { type, lastModified: file.lastModified });
}
