/** Films as phones and cameras make them, in three engines: each plays right side up, or is refused in words. */
import { crc32, deflateSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { desk as words } from '../../web/src/text/en.ts';
import { H264, made } from './world/counted.ts';
import { Engine, ENGINES } from './world/engines/engine.ts';
import type { Reader } from './world/engines/reader.ts';
import { Server } from './world/server.ts';
import { Terminal } from './world/terminal.ts';
import { until } from './world/until.ts';

const SLOW = 200_000;
const LABEL = 'As cameras make them';
const only = process.env['DEWDROP_ENGINE'];

/** Red above, blue below, whichever way it is stored. */
const halves = (size: string, rate = 30, seconds = 2) => [
  ...['-f', 'lavfi', '-i', `color=red:size=${size}:rate=${rate}:duration=${seconds}`],
  ...['-f', 'lavfi', '-i', `color=blue:size=${size}:rate=${rate}:duration=${seconds}`],
  ...['-filter_complex', 'vstack'],
];
/** Stored lying on its side, with the word that it is to be turned. */
const rotated = () => {
  const lying = made('clip-lying.mp4', [...halves('180x160').slice(0, -1), 'vstack,transpose=1', ...H264]);
  return made('clip-rotated.mp4', ['-i', lying, '-c', 'copy', '-metadata:s:v', 'rotate=90']);
};
const CLIPS = {
  'clip-last.mp4': () => made('clip-last.mp4', [...halves('320x90'), ...H264]),
  'clip-first.mp4': () => made('clip-first.mp4', [...halves('320x90'), ...H264, '-movflags', 'faststart']),
  'clip-4k.mp4': () => made('clip-4k.mp4', [...halves('3840x1080', 60, 1), ...H264]),
  'clip-rotated.mp4': rotated,
  'clip-vfr.mp4': () =>
    made('clip-vfr.mp4', [
      ...[...halves('320x90', 60).slice(0, -1), "vstack,select='not(mod(n,5))+gt(mod(n,11),6)'"],
      ...[...H264, '-fps_mode', 'vfr'],
    ]),
  'clip-hevc.mp4': () =>
    made('clip-hevc.mp4', [...halves('320x90'), '-c:v', 'libx265', '-tag:v', 'hvc1', '-pix_fmt', 'yuv420p']),
  'clip.mov': () => made('clip.mov', [...halves('320x90'), ...H264]),
  'clip-prores.mov': () => made('clip-prores.mov', [...halves('320x90'), '-c:v', 'prores_ks']),
  'clip.webm': () => made('clip.webm', [...halves('320x90'), '-c:v', 'libvpx', '-b:v', '300k']),
} as const;
type Clip = keyof typeof CLIPS;
const NAMES = Object.keys(CLIPS) as Clip[];
const [FEIGNED, SOUND, HUGE] = ['feigned.mp4', 'voice.mp4', 'huge.png'];
/** What an engine may refuse; all else it has to play, where it plays H.264 at all. */
const MAY_REFUSE: readonly Clip[] = ['clip-hevc.mp4', 'clip-prores.mov'];

const voice = () => made(SOUND, ['-f', 'lavfi', '-i', 'sine', '-t', '1', '-c:a', 'aac', '-brand', 'isom']);
/** A few kilobytes that unfold to 400 million pixels: one bit each, all of them black. */
function huge(): Buffer {
  const side = 20_000;
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    check.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, check]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side);
  header.writeUInt32BE(side, 4);
  header[8] = 1;
  const rows = deflateSync(Buffer.alloc((side / 8 + 1) * side));
  const mark = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
  return Buffer.concat([mark, chunk('IHDR', header), chunk('IDAT', rows), chunk('IEND', Buffer.alloc(0))]);
}

interface Seen {
  readonly shape: 'wide' | 'high';
  readonly above: readonly number[];
  readonly below: readonly number[];
}

/** In the page: the colours of the upper and the lower half, and which way it lies. */
function seen(card: string): Seen | null {
  const video = document.querySelector<HTMLVideoElement>(`${card} video`);
  const context = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  if (!video || !context || video.videoWidth === 0) return null;
  context.drawImage(video, 0, 0, 300, 150);
  const pixel = (y: number) => [...context.getImageData(150, y, 1, 1).data];
  return {
    shape: video.videoWidth > video.videoHeight ? 'wide' : 'high',
    above: pixel(30),
    below: pixel(120),
  };
}

describe.each(ENGINES.filter((kind) => !only || only === kind))('%s', (kind) => {
  let server: Server;
  let engine: Engine;
  let reader: Reader;
  let h264 = false;
  const terminal = new Terminal();

  beforeAll(async () => {
    server = await Server.starts();
    await terminal.setsUp(server.setUpAddress);
    const feigned = terminal.writes(FEIGNED, `\0\0\0\x18ftypmp42\0\0\0\0mp42isom${'nothing'.repeat(99)}`);
    const files = [...NAMES.map((name) => CLIPS[name]()), feigned, voice(), terminal.writes(HUGE, huge())];
    await terminal.dewdrop('send', await terminal.makesLink(LABEL), ...files);
    engine = await Engine.begins(kind);
    reader = await engine.reader(server.url);
    await reader.signsIn();
    await reader.opens(LABEL);
    h264 = await reader.tab.evaluate(
      () => document.createElement('video').canPlayType('video/mp4; codecs="avc1.42C00C"') !== '',
    );
  }, SLOW);
  afterAll(async () => {
    await engine?.ends();
    await server?.ends();
    terminal.ends();
  });
  afterEach(() => {
    expect(engine.troubles.splice(0)).toEqual([]);
  });

  test.each(NAMES)('%s', { timeout: SLOW }, async (name) => {
    const plays = await reader.watches(name);
    console.info(`${kind} ${name}: ${plays ? 'plays' : 'is refused in words'}`);
    if (!MAY_REFUSE.includes(name) && name !== 'clip.webm' && h264) expect(plays).toBe(true);
    const card = `article[aria-label="${name}"]`;
    await reader.looksFor({ role: 'button', name: words.submission.save, within: card });
    if (!plays) return;
    const found = await reader.tab.evaluate(seen, card);
    expect(found?.shape).toBe(name === 'clip-rotated.mp4' ? 'high' : 'wide');
    expect(colour(found?.above)).toBe('red');
    expect(colour(found?.below)).toBe('blue');
  });

  test.each([
    [FEIGNED, 'no-film'],
    [SOUND, 'no-picture'],
    [HUGE, 'too-large'],
  ] as const)('%s is refused in words, and can be saved', { timeout: SLOW }, async (name, why) => {
    const card = `article[aria-label="${name}"]`;
    await until(`words about ${name}`, async () => {
      const said = { role: 'any', name: words.submission.refused[why], within: card } as const;
      return (await reader.tab.glimpses(said)) !== null;
    });
    await reader.looksFor({ role: 'button', name: words.submission.save, within: card });
    const shown = await reader.tab.evaluate(
      (card) => document.querySelectorAll(`${card} video, ${card} img`).length,
      card,
    );
    expect(shown).toBe(0);
  });
});

function colour([red = 0, , blue = 0]: readonly number[] = []): 'red' | 'blue' | 'neither' {
  if (red > 150 && blue < 100) return 'red';
  return blue > 150 && red < 100 ? 'blue' : 'neither';
}
