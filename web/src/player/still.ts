/**
 * The picture that stands, as a PNG of the film's own size, turned and mirrored as it is seen, with what was
 * drawn on it. Zoom and push are left out: all of the picture is kept.
 */
import { clock } from '../ui/clock.ts';
import type { Shape } from './notes.ts';
import { paint } from './paint.ts';
import { fit, PLAIN, seen, type Size, toStage, type View } from './view.ts';

/** The engine draws nothing of this film, or has no memory for the picture. */
export class StillError extends Error {}

/** Of the shorter side of the picture, but never thinner than two pixels. */
const LINE = 1 / 220;
const lineOf = ({ width, height }: Size) => Math.max(2, Math.min(width, height) * LINE);

export async function still(video: HTMLVideoElement, view: View, shapes: readonly Shape[]): Promise<Blob> {
  const film = { width: video.videoWidth, height: video.videoHeight };
  const whole: View = { ...PLAIN, quarters: view.quarters, mirrored: view.mirrored };
  const stage = seen(film, whole);
  const canvas = document.createElement('canvas');
  canvas.width = stage.width;
  canvas.height = stage.height;
  try {
    const context = canvas.getContext('2d');
    if (!context || fit(film, stage, whole) === 0) throw new StillError();
    context.save();
    context.translate(stage.width / 2, stage.height / 2);
    if (whole.mirrored) context.scale(-1, 1);
    context.rotate((whole.quarters * Math.PI) / 2);
    context.drawImage(video, -film.width / 2, -film.height / 2, film.width, film.height);
    context.restore();
    // Some engines draw nothing of a film that they show: an empty picture is not handed out.
    const middle = context.getImageData(stage.width >> 1, stage.height >> 1, 1, 1).data;
    if (middle[3] !== 255) throw new StillError();
    const to = (place: { x: number; y: number }) => toStage(place, whole, film, stage);
    paint({ context, line: lineOf(film), to, film }, shapes);
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
    if (!blob) throw new StillError();
    return blob;
  } finally {
    // Phones hold on to a canvas's memory; this lets it go.
    canvas.width = canvas.height = 0;
  }
}

/** `squat.mp4` at 7.41 s is `squat 0-07.41.png`. */
export function stillName(film: string, seconds: number): string {
  const bare = film.replace(/\.[A-Za-z0-9]{1,5}$/, '') || 'film';
  // No colon: not every system takes one in a name.
  return `${bare} ${clock(seconds).replaceAll(':', '-')}.png`;
}
