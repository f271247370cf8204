/** What is found in real films and pictures, and in films larger than any memory. */
import { execFileSync } from 'node:child_process';
import {
  closeSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { inspect } from './inspect.ts';
import { blobOf, ffmpeg, FILMS, PICTURES, plain } from './real.ts';

const seconds = (path: string) =>
  Number(
    execFileSync('ffprobe', ['-v', 'error', '-show_entries', 'format=duration', '-of', 'csv=p=0', path], {
      encoding: 'utf8',
    }),
  );

it.each(Object.keys(FILMS))('%s: how long and how large it is', async (how) => {
  const path = FILMS[how]?.() ?? '';
  const found = await inspect(blobOf(path));
  expect(found).toMatchObject({ kind: 'video', width: 320, height: 180, hevc: false });
  expect(found.seconds).toBeCloseTo(seconds(path), 1);
});

it.each(Object.keys(PICTURES))('%s: how large it is', async (how) => {
  const found = await inspect(blobOf(PICTURES[how]?.() ?? ''));
  expect(found).toMatchObject({ kind: 'picture', seconds: null, codec: null, hevc: false });
  // Turned upright by what made it, or not.
  expect([found.width, found.height].sort()).toEqual([180, 320]);
});

const encoded = (name: string, ...how: string[]) => ffmpeg(name, '-i', plain(), '-an', ...how);
it.each([
  ['H.264', () => plain(), /^avc1\.42C00C$/, false],
  [
    'HEVC, hvc1',
    () => encoded('hvc1.mp4', '-c:v', 'libx265', '-tag:v', 'hvc1'),
    /^hvc1\.1\.6\.L\d+\.\w+/,
    true,
  ],
  [
    'HEVC, hev1',
    () => encoded('hev1.mov', '-c:v', 'libx265', '-tag:v', 'hev1'),
    /^hev1\.1\.6\.L\d+\.\w+/,
    true,
  ],
] as const)('%s is named as browsers ask for it', async (_, make, codec, hevc) => {
  const found = await inspect(blobOf(make()));
  expect(found.codec).toMatch(codec);
  expect(found.hevc).toBe(hevc);
});

it('WebM is a film, and nothing more is said of it', async () => {
  const path = ffmpeg('plain.webm', '-i', plain(), '-an', '-c:v', 'libvpx', '-b:v', '200k');
  expect(await inspect(blobOf(path))).toMatchObject({ kind: 'video', seconds: null, location: null });
});

it('a film from a phone held upright is higher than wide', async () => {
  const path = ffmpeg('upright.mov', '-i', plain(), '-c', 'copy', '-metadata:s:v', 'rotate=90');
  expect(await inspect(blobOf(path))).toMatchObject({ width: 180, height: 320 });
});

it('a film of more than 4 GiB, its index last, with a few kilobytes read', async () => {
  const film = readFileSync(FILMS['MOV, ©xyz']?.() ?? '');
  const at = film.lastIndexOf('moov') - 4;
  const path = join(tmpdir(), `dewdrop-large-${process.pid}.mov`);
  const before = 5 * 1024 ** 3;
  const header = Buffer.from('\0\0\0\x01mdat12345678', 'latin1');
  header.writeBigUInt64BE(BigInt(before - 20), 8);
  const file = openSync(path, 'w+');
  try {
    writeSync(file, Buffer.from('\0\0\0\x14ftypqt  \0\0\0\0qt  ', 'latin1'));
    writeSync(file, header);
    truncateSync(path, before);
    writeSync(file, film.subarray(at), 0, film.length - at, before);
    let read = 0;
    // Node's own file-backed Blob ends at 4 GiB.
    const counted = {
      size: statSync(path).size,
      slice: (from: number, to: number) => {
        const bytes = Buffer.alloc(to - from);
        read += readSync(file, bytes, 0, to - from, from);
        return new Blob([bytes]);
      },
    };
    const found = await inspect(counted as unknown as Blob);
    expect(found).toMatchObject({ kind: 'video', seconds: expect.closeTo(1, 1), width: 320 });
    expect(found.location?.patches.every((patch) => patch.at > before)).toBe(true);
    expect(found.location?.patches.length).toBeGreaterThan(0);
    expect(read).toBeLessThan(64 * 1024);
  } finally {
    closeSync(file);
    rmSync(path);
  }
});
