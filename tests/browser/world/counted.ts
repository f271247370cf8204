/**
 * Films whose every picture says its number: twelve bars across, black or white, the lowest digit of the
 * number in twos on the left.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';

const FOLDER = join(tmpdir(), 'dewdrop-clips');
export const BARS = 12;

/** `how` it is encoded; the ending of the name chooses the container. Made once. */
export function counted(
  name: string,
  wish: { rate: number; seconds: number; how: readonly string[] },
): string {
  const bars = `geq=lum='if(mod(floor(N/pow(2,floor(X*${BARS}/W))),2),235,16)':cb=128:cr=128`;
  const source = `color=black:size=384x216:rate=${wish.rate}:duration=${wish.seconds},format=yuv420p,${bars}`;
  return made(name, ['-f', 'lavfi', '-i', source, ...wish.how]);
}

/** Any other film, from whatever ffmpeg is told. */
export function made(name: string, how: readonly string[]): string {
  mkdirSync(FOLDER, { recursive: true });
  const path = join(FOLDER, name);
  if (existsSync(path)) return path;
  const beginning = join(FOLDER, `beginning-${process.pid}${extname(name)}`);
  execFileSync('ffmpeg', ['-loglevel', 'error', '-y', ...how, beginning]);
  renameSync(beginning, path);
  return path;
}

export const H264 = ['-c:v', 'libx264', '-preset', 'veryfast', '-pix_fmt', 'yuv420p'] as const;
/** Sixty a second, with pictures that are shown in another order than they are stored. */
export const sixty = () =>
  counted('counted-60.mp4', { rate: 60, seconds: 10, how: [...H264, '-bf', '3', '-g', '120'] });
