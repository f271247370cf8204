/** Films: real H.264 in MP4, made by ffmpeg once and kept in the folder for temporary files. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';

const FOLDER = join(tmpdir(), 'dewdrop-films');
/** One second of it is so many bytes, roughly. */
const CLIP_SECONDS = 2;

/**
 * A film of at least so many bytes; a short clip, repeated without being encoded again. `index`: whether what
 * a player must read before all else stands first or last.
 */
export function film(bytes: number, index: 'first' | 'last' = 'first'): string {
  mkdirSync(FOLDER, { recursive: true });
  const path = join(FOLDER, `squats-${bytes}${index === 'first' ? '' : '-index-last'}.mp4`);
  if (existsSync(path)) return path;
  const clip = join(FOLDER, 'clip.mp4');
  if (!existsSync(clip)) {
    const picture = `testsrc2=size=1280x720:rate=30,noise=alls=40:allf=t`;
    made(clip, [
      '-f',
      'lavfi',
      '-i',
      picture,
      '-f',
      'lavfi',
      '-i',
      'sine=frequency=220',
      '-t',
      `${CLIP_SECONDS}`,
      '-c:v',
      'libx264',
      '-preset',
      'ultrafast',
      '-pix_fmt',
      'yuv420p',
      '-b:v',
      '40M',
      '-c:a',
      'aac',
    ]);
  }
  const times = Math.ceil(bytes / statSync(clip).size);
  const flags = index === 'first' ? ['-movflags', '+faststart'] : [];
  return made(path, ['-stream_loop', `${times}`, '-i', clip, '-c', 'copy', ...flags]);
}

/** WebM, for engines that have no H.264: as above, with a picture every second that stands alone. */
export function freeFilm(bytes: number): string {
  mkdirSync(FOLDER, { recursive: true });
  const path = join(FOLDER, `lunges-${bytes}.webm`);
  if (existsSync(path)) return path;
  const clip = join(FOLDER, 'clip.webm');
  if (!existsSync(clip)) {
    const picture = 'testsrc2=size=640x360:rate=30,noise=alls=40:allf=t';
    const coded = ['-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', '8', '-g', '30'];
    made(clip, ['-f', 'lavfi', '-i', picture, '-t', `${CLIP_SECONDS}`, ...coded, '-b:v', '8M']);
  }
  const times = Math.ceil(bytes / statSync(clip).size);
  return made(path, ['-stream_loop', `${times}`, '-i', clip, '-c', 'copy']);
}

/** A film that is watched in a moment: a few hundred KB. */
export function shortFilm(): string {
  mkdirSync(FOLDER, { recursive: true });
  const path = join(FOLDER, 'short.mp4');
  if (existsSync(path)) return path;
  return made(path, [
    '-f',
    'lavfi',
    '-i',
    'testsrc2=size=640x360:rate=25',
    '-t',
    '2',
    '-c:v',
    'libx264',
    '-preset',
    'ultrafast',
    '-pix_fmt',
    'yuv420p',
    '-movflags',
    '+faststart',
  ]);
}

export async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const part of createReadStream(path)) hash.update(part as Buffer);
  return hash.digest('hex');
}

function made(path: string, how: string[]): string {
  const beginning = join(FOLDER, `beginning-${process.pid}${extname(path)}`);
  execFileSync('ffmpeg', ['-loglevel', 'error', '-y', ...how, beginning]);
  renameSync(beginning, path);
  return path;
}
