/** Large films at the desk, in three engines: watched while they are fetched, from any moment on. */
import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, test } from 'vitest';
import { desk as words } from '../../web/src/text/en.ts';
import { deskIn } from './world/engines/desk.ts';
import { Engine, ENGINES } from './world/engines/engine.ts';
import { film, freeFilm } from './world/film.ts';

const SLOW = 120_000;
const LABEL = 'Films';
const FILES = /GET .*\/files\//;
const FREE = freeFilm(40_000_000);
/** Debian's WebKitGTK has no H.264 of its own. */
const FILMS = {
  chromium: [film(60_000_000), film(40_000_000, 'last'), FREE],
  firefox: [film(60_000_000), film(40_000_000, 'last'), FREE],
  webkit: [FREE],
};
const only = process.env['DEWDROP_ENGINE'];

describe.each(ENGINES.filter((kind) => !only || only === kind))('%s', (kind) => {
  const desk = deskIn(kind, { label: LABEL, files: FILMS[kind], within: SLOW });

  const card = (path: string) => `article[aria-label="${basename(path)}"]`;
  const address = (path: string) =>
    desk.reader.tab.evaluate(
      (card) => document.querySelector<HTMLVideoElement>(`${card} video`)?.src ?? '',
      card(path),
    );

  /** Goes to a part of a film and plays on from there; how far it came. */
  const playsFrom = (path: string, part: number) =>
    desk.reader.tab.evaluate(
      async (card, part) => {
        const video = document.querySelector<HTMLVideoElement>(`${card} video`);
        if (video === null) return 'no film';
        const there = video.duration * part;
        video.currentTime = there;
        void video.play().catch(() => undefined);
        const end = performance.now() + 30_000;
        while (performance.now() < end && !(video.currentTime > there + 0.2 && video.currentTime < there + 5))
          await new Promise((later) => setTimeout(later, 50));
        video.pause();
        return video.currentTime > there + 0.2 ? 'plays' : `stands at ${video.currentTime} of ${there}`;
      },
      card(path),
      part,
    );

  for (const path of FILMS[kind]) {
    test(`${basename(path)} plays before it is here, from any moment on`, { timeout: SLOW }, async () => {
      const { size } = statSync(path);
      const release = desk.between.withholds(FILES, 0.5 * size, 0.9 * size);
      // WebKitGTK may wait with a picture and nineteen seconds of film for what it reads ahead to move again.
      expect(await desk.reader.watches(basename(path), kind === 'webkit' ? 'stands' : 'moves')).toBe(true);
      release();
      desk.between.isHonest();
      expect(await desk.reader.watches(basename(path))).toBe(true);
      expect(await address(path)).toMatch(/\/desk\/stream\/[\w-]{22}$/);
      // WebKit does not always play on after a second jump.
      expect(await playsFrom(path, 0.7)).toBe('plays');
      if (kind !== 'webkit') expect(await playsFrom(path, 0.3)).toBe('plays');
    });
  }

  test('what is asked of the address by hand is answered as RFC 9110 has it', async () => {
    const [path = ''] = FILMS[kind];
    const size = statSync(path).size;
    const ask = (range: string | null, method = 'GET') =>
      desk.reader.tab.evaluate(
        async (card, range, method) => {
          const url = document.querySelector<HTMLVideoElement>(`${card} video`)?.src ?? '';
          const answer = await fetch(url, {
            method,
            ...(range === null ? {} : { headers: { Range: range } }),
          });
          const { length } = method === 'HEAD' ? [] : new Uint8Array(await answer.arrayBuffer());
          const header = (name: string) => answer.headers.get(name);
          return [answer.status, header('content-range'), length, header('x-content-type-options')] as const;
        },
        card(path),
        range,
        method,
      );
    expect(await ask('bytes=0-1')).toEqual([206, `bytes 0-1/${size}`, 2, 'nosniff']);
    expect(await ask('bytes=-500')).toEqual([206, `bytes ${size - 500}-${size - 1}/${size}`, 500, 'nosniff']);
    expect(await ask(`bytes=${size}-`)).toEqual([416, `bytes */${size}`, 0, 'nosniff']);
    expect(await ask(`bytes=${size - 9}-${size + 9}`)).toEqual([
      206,
      `bytes ${size - 9}-${size - 1}/${size}`,
      9,
      'nosniff',
    ]);
    expect((await ask(null, 'HEAD')).slice(0, 2)).toEqual([200, null]);
    const other = await desk.reader.tab.evaluate(async () => (await fetch('/desk/stream/of-nobody')).status);
    expect(other).toBe(404);
  });

  test(
    'a film that is erased while it is watched is gone, and its address with it',
    { timeout: SLOW },
    async () => {
      const [path = ''] = FILMS[kind];
      const url = await address(path);
      const { submissions } = await desk.terminal.dewdrop<{ submissions: { id: string }[] }>(
        ...['list', '--passphrase-file', desk.terminal.passphrase()],
      );
      await desk.terminal.dewdrop('erase', submissions[0]?.id ?? '');
      await desk.reader.sees('heading', words.submission.over, 60_000);
      const status = await desk.reader.tab.evaluate(async (url) => (await fetch(url)).status, url);
      expect(status).toBe(404);
    },
  );

  test(
    'without a service worker it is fetched whole first, and that is said',
    { timeout: SLOW },
    async () => {
      await desk.terminal.sendsTo('Again', FREE);
      const other = await Engine.begins(kind);
      try {
        desk.between.refuses(/\/desk\/sw\.js/, 404, 'not-available');
        const elsewhere = await other.reader(desk.between.url);
        await elsewhere.signsIn();
        await elsewhere.opens('Again');
        const held = desk.between.holds(FILES, 4);
        await elsewhere.taps(words.submission.watch, card(FREE));
        // WebKitGTK has no files of its own, and this one is too large for memory.
        if (kind === 'webkit') {
          await elsewhere.sees('status', words.submission.trouble['no-room']);
          return;
        }
        await elsewhere.sees('any', words.submission.whole);
        held.release();
        await elsewhere.looksFor({ role: 'video', within: card(FREE) });
        expect(await elsewhere.watches(basename(FREE))).toBe(true);
        const url = await elsewhere.tab.evaluate(() => document.querySelector('video')?.src ?? '');
        expect(url).toMatch(/^blob:/);
      } finally {
        desk.between.isHonest();
        await other.ends();
      }
    },
  );
});
