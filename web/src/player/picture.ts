/**
 * Whether a picture is drawn at all. A few hundred kilobytes can claim more pixels than a phone has memory;
 * what they claim is read before anything is decoded.
 */
import { inspect } from '../media/inspect.ts';
import { u16 } from '../media/source.ts';
import { type Film, slicedOf } from './film.ts';

export const MOST_SIDE = 16_000;
export const MOST_PIXELS = 100_000_000;

export type PictureRefusal = 'too-large' | 'not-shown';

export function pictureRefusal(width: number | null, height: number | null): PictureRefusal | null {
  // What does not say how large it is may be of any size.
  if (!width || !height) return 'not-shown';
  const large = Math.max(width, height) > MOST_SIDE || width * height > MOST_PIXELS;
  return large ? 'too-large' : null;
}

export async function refusalOfPicture(picture: Film): Promise<PictureRefusal | null> {
  const head = await picture.read(0, Math.min(picture.size, 12) - 1);
  if (picture.type === 'image/gif') return pictureRefusal(little(head, 6), little(head, 8));
  const { width, height } = await inspect(slicedOf(picture));
  return pictureRefusal(width, height);
}

const little = (bytes: Uint8Array, at: number) => u16(Uint8Array.of(bytes[at + 1] ?? 0, bytes[at] ?? 0), 0);
