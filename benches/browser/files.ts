/** Files to send: nothing in them repeats, so that nothing on the way can be clever about it. */
import { execFileSync } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import { closeSync, existsSync, openSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PART = 16 * 1024 * 1024;

export function filled(bytes: number): string {
  const path = join(tmpdir(), `dewdrop-bench-${bytes}.mp4`);
  if (existsSync(path) && statSync(path).size === bytes) return path;
  const file = openSync(path, 'w');
  const part = Buffer.alloc(PART);
  for (let at = 0; at < bytes; at += PART) {
    randomFillSync(part);
    writeSync(file, part, 0, Math.min(PART, bytes - at));
  }
  closeSync(file);
  return path;
}

export function removed(path: string): void {
  rmSync(path, { force: true });
}

/**
 * A film of at least so many bytes, as a phone films: 1080p at 30 pictures a second, 17 Mbit/s, a picture
 * that stands by itself each second, the index at the end. A clip of 20 seconds, again and again.
 */
export function filmed(bytes: number): string {
  const path = join(tmpdir(), `dewdrop-bench-film-${bytes}.mp4`);
  if (existsSync(path)) return path;
  const clip = join(tmpdir(), 'dewdrop-bench-clip.mp4');
  const ffmpeg = (...how: string[]) => execFileSync('ffmpeg', ['-loglevel', 'error', '-y', ...how]);
  const moving = 'testsrc2=size=1920x1080:rate=30,noise=alls=20:allf=t';
  const rate = ['-b:v', '17M', '-maxrate', '17M', '-bufsize', '17M', '-g', '30', '-keyint_min', '30'];
  const code = ['-c:v', 'libx264', '-preset', 'veryfast', '-pix_fmt', 'yuv420p', ...rate];
  if (!existsSync(clip)) ffmpeg('-f', 'lavfi', '-i', moving, '-t', '20', ...code, clip);
  const times = Math.ceil(bytes / statSync(clip).size);
  const part = `${path}.part.mp4`;
  ffmpeg('-stream_loop', `${times}`, '-i', clip, '-c', 'copy', part);
  renameSync(part, path);
  return path;
}
