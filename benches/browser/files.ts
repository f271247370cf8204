/** Files to send: nothing in them repeats, so that nothing on the way can be clever about it. */
import { randomFillSync } from 'node:crypto';
import { closeSync, existsSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
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
