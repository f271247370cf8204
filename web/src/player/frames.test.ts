/** When pictures come: from tables, and from real films as ffprobe reads them. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ffmpeg, plain } from '../media/real.ts';
import type { Film } from './film.ts';
import { Frames, shown } from './frames.ts';
import { editOf, indexOf, samplesOf } from './index-of.ts';

const table = (...numbers: number[]) => {
  const bytes = new Uint8Array(numbers.length * 4);
  numbers.forEach((number, at) => new DataView(bytes.buffer).setInt32(at * 4, number | 0));
  return bytes;
};
const film = (path: string): Film => {
  const bytes = readFileSync(path);
  const read = async (from: number, to: number) => new Uint8Array(bytes.subarray(from, to + 1));
  const type = path.endsWith('.webm') ? 'video/webm' : 'video/mp4';
  return { url: '', name: path, type, size: bytes.length, read };
};
const probed = (path: string): number[] =>
  execFileSync(
    'ffprobe',
    ['-v', 'error', '-select_streams', 'v', '-show_entries', 'packet=pts_time,flags', '-of', 'csv=p=0', path],
    { encoding: 'utf8' },
  )
    .trim()
    .split('\n')
    // What an edit leaves out is marked D.
    .filter((line) => !/,.*D/.test(line))
    .map((line) => Number(line.split(',')[0]))
    .sort((one, other) => one - other);

describe('a table of pictures', () => {
  const frames = new Frames(Float64Array.of(0, 0.1, 0.15, 0.4), 0.5);

  it('knows which one stands, and where to jump so that it does', () => {
    expect([0, 0.05, 0.1, 0.149, 0.16, 0.39, 0.4, 9].map((at) => frames.at(at))).toEqual([
      0, 0, 1, 1, 2, 2, 3, 3,
    ]);
    expect([0, 1, 2, 3].map((frame) => frames.at(frames.middle(frame)))).toEqual([0, 1, 2, 3]);
    expect(frames.middle(3)).toBeCloseTo(0.45);
  });

  it('takes what an engine rounded, or any moment while it stands, for the picture', () => {
    expect([0.0995, 0.1004, 0.3995, 0.125, 0.275].map((at) => frames.named(at))).toEqual([1, 1, 3, 1, 2]);
  });

  it('each picture is found again from its middle and from its beginning', () => {
    const gaps = fc.array(fc.double({ min: 0.004, max: 2, noNaN: true }), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(gaps, (all) => {
        let sum = 0;
        const times = Float64Array.from(all, (gap) => (sum += gap));
        const any = new Frames(times, sum + 0.04);
        for (let frame = 0; frame < any.count; frame++) {
          expect(any.at(any.middle(frame))).toBe(frame);
          expect(any.named(any.begins(frame) - 0.0005)).toBe(frame);
          expect(any.named(any.middle(frame))).toBe(frame);
        }
      }),
    );
  });
});

describe('what the boxes say', () => {
  it('runs of durations, and pictures that are shown in another order', () => {
    const stts = table(0, 2, 3, 10, 1, 20);
    const ctts = table(0, 3, 1, 10, 1, 30, 2, -5);
    expect(samplesOf(stts, ctts)).toEqual([
      { at: 10, lasts: 10 },
      { at: 40, lasts: 10 },
      { at: 15, lasts: 10 },
      { at: 25, lasts: 20 },
    ]);
    expect(samplesOf(table(0, 1, 2_000_000, 1), table())).toBeNull();
  });

  it('edits: a wait, a beginning cut off, and more than engines agree on', () => {
    expect(editOf(table(), 1000, 90_000)).toEqual({ wait: 0, from: 0, lasts: Infinity });
    expect(editOf(table(0, 1, 2000, 9000, 0x10000), 1000, 90_000)).toEqual({ wait: 0, from: 0.1, lasts: 2 });
    expect(editOf(table(0, 2, 500, -1, 0x10000, 2000, 0, 0x10000), 1000, 90_000)).toEqual({
      ...{ wait: 0.5, from: 0, lasts: 2 },
    });
    expect(editOf(table(0, 2, 500, 0, 0x10000, 500, 9000, 0x10000), 1000, 90_000)).toBeNull();
  });

  it('the picture that stands when an edit begins is shown from there', () => {
    const track = [0, 1, 2, 3].map((at) => ({ at, lasts: 1 }));
    expect([...(shown(track, { wait: 0.5, from: 1.5, lasts: 2 })?.times ?? [])]).toEqual([0.5, 1, 2]);
    expect(shown(track, { wait: 0, from: 1.5, lasts: 2 })?.end).toBe(2);
    expect(shown(track, { wait: 0, from: 4, lasts: 1 })).toBeNull();
  });
});

const lavfi = (rate: number) => ['-f', 'lavfi', '-i', `testsrc2=size=320x180:rate=${rate}`, '-t', '2'];
const h264 = ['-c:v', 'libx264', '-preset', 'veryfast', '-pix_fmt', 'yuv420p'];
const FILMS: Record<string, () => string> = {
  'index last, B pictures': () => ffmpeg('frames-last.mp4', ...lavfi(60), ...h264, '-bf', '3'),
  'index first': () => ffmpeg('frames-first.mp4', ...lavfi(25), ...h264, '-movflags', 'faststart'),
  'at 29.97': () => ffmpeg('frames-ntsc.mov', ...lavfi(30), ...h264, '-r', '30000/1001'),
  'of varying pace': () =>
    ffmpeg(
      'frames-vfr.mp4',
      ...lavfi(60),
      ...h264,
      '-vf',
      "select='not(mod(n,5))+gt(mod(n,11),6)'",
      '-fps_mode',
      'vfr',
    ),
  'begun late': () => ffmpeg('frames-late.mp4', '-itsoffset', '0.5', '-i', plain(), ...h264),
  'cut without being encoded again': () =>
    ffmpeg(
      'frames-cut.mp4',
      '-ss',
      '0.7',
      '-i',
      ffmpeg('frames-last.mp4', ...lavfi(60), ...h264),
      '-c',
      'copy',
    ),
  'in fragments': () =>
    ffmpeg('frames-pieces.mp4', ...lavfi(30), ...h264, '-g', '15', '-movflags', 'frag_keyframe+empty_moov'),
};

describe.each(Object.keys(FILMS))('a film %s', (how) => {
  it('has its pictures when ffprobe says', async () => {
    const path = FILMS[how]?.() ?? '';
    const index = await indexOf(film(path));
    const expected = probed(path);
    const times = [...(index.frames?.times ?? [])];
    expect(index).toMatchObject({ boxed: true, picture: true, hevc: false });
    expect(index.codec).toMatch(/^avc1\./);
    // What begins before the film does is cut off by it, where ffprobe says when it would have come.
    const first = expected.findIndex((at) => at >= -0.0005);
    const visible = expected.slice(Math.max(0, first));
    expect(times.slice(-visible.length)).toEqual(visible.map((at) => expect.closeTo(at, 3)));
    expect(times.length - visible.length).toBeLessThanOrEqual(1);
  });
});

it('a WebM has its pictures when ffprobe says, whole or as it came from a recorder', async () => {
  const whole = ffmpeg(
    'frames.webm',
    ...lavfi(30),
    '-c:v',
    'libvpx',
    '-auto-alt-ref',
    '1',
    '-lag-in-frames',
    '9',
  );
  const live = ffmpeg('frames-live.webm', '-i', whole, '-c', 'copy', '-live', '1');
  for (const path of [whole, live]) {
    const { frames, boxed } = await indexOf(film(path));
    expect(boxed).toBe(false);
    expect([...(frames?.times ?? [])]).toEqual(probed(path).map((at) => expect.closeTo(at, 3)));
    expect(frames?.count).toBe(60);
  }
});

it('a file that is no film says so, and a WebM says nothing', async () => {
  const bytes = (text: string) => {
    const all = new TextEncoder().encode(text.padEnd(200, ' '));
    return {
      url: '',
      name: '',
      type: '',
      size: all.length,
      read: async (a: number, b: number) => all.slice(a, b + 1),
    };
  };
  expect(await indexOf(bytes('\0\0\0\x10ftypisom\0\0\0\0no more'))).toMatchObject({
    boxed: true,
    picture: false,
  });
  expect(await indexOf(bytes('\x1aE'))).toMatchObject({ boxed: false });
});
