/** What Chromium alone lets a test do: kill the service worker, pick a file, look into a download while it runs. */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { desk as words } from '../../web/src/text/en.ts';
import { Between } from './world/between.ts';
import { film, freeFilm, sha256, shortFilm } from './world/film.ts';
import { looksRight } from './world/looks.ts';
import type { Trainer } from './world/trainer.ts';
import { refusesToPick, World } from './world/world.ts';
import { holdsAll, Zip } from './world/zip.ts';

const FILM = freeFilm(40_000_000);
const OTHER = film(60_000_000);
const LABEL = 'Several';
const FILES = /GET .*\/files\//;
const SLOW = 90_000;

let world: World;
let between: Between;
let trainer: Trainer;

beforeAll(async () => {
  world = await World.begins();
  between = await Between.stands(world.server.url);
  trainer = await world.desktop(between.url);
  await trainer.setsUp(world.server.setUpAddress.replace(world.server.url, between.url));
  const terminal = world.terminal();
  await terminal.signsIn(world.server.url);
  await terminal.sendsTo(LABEL, FILM, OTHER, shortFilm());
  await trainer.received(LABEL).waitFor();
  await trainer.opens(LABEL);
}, SLOW);
afterAll(async () => {
  await world.ends();
  await between.leaves();
});
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await world.photographs('streams');
  between.isHonest();
  expect(world.watch.troubles.splice(0)).toEqual([]);
});

const card = (path: string) => trainer.file(basename(path));
const button = (path: string, name: string) => card(path).getByRole('button', { name, exact: true });

test('a film plays on from elsewhere after its service worker was killed', { timeout: SLOW }, async () => {
  await trainer.watches(basename(FILM));
  const devtools = await trainer.page.context().newCDPSession(trainer.page);
  await devtools.send('ServiceWorker.enable');
  await devtools.send('ServiceWorker.stopAllWorkers');
  const moved = await card(FILM)
    .locator('video')
    .evaluate(async (video: HTMLVideoElement) => {
      const there = video.duration * 0.8;
      video.currentTime = there;
      await video.play();
      while (video.currentTime < there + 0.2)
        await new Promise((moved) => video.addEventListener('timeupdate', moved, { once: true }));
      video.pause();
      return video.src;
    });
  expect(moved).toContain('/desk/stream/');
  await looksRight(trainer, 'desk-50-watching');
});

test(
  'a saving is paused, gone on with, and cancelled while the film is watched',
  { timeout: SLOW },
  async () => {
    const held = between.holds(FILES, 3);
    await button(OTHER, words.submission.save).click();
    await held.came;
    await button(OTHER, words.submission.pause).click();
    await card(OTHER).getByText(words.submission.paused).waitFor();
    await looksRight(trainer, 'desk-51-paused');
    held.release();
    between.isHonest();
    await button(OTHER, words.submission.goOn).click();
    const again = between.holds(FILES, 1);
    await again.came;
    await button(OTHER, words.cancel).click();
    await button(OTHER, words.submission.save).waitFor();
    again.cut();
    expect(await card(FILM).locator('video').count()).toBe(1);
  },
);

test(
  'a film goes straight into the file that is picked, and nowhere when it was altered',
  { timeout: SLOW },
  async () => {
    // The picker itself can not be pressed; a file of the browser's own is the same to whoever writes it.
    await trainer.page.evaluate(() => {
      const picked = async () =>
        (await navigator.storage.getDirectory()).getFileHandle('picked.mp4', { create: true });
      Object.assign(globalThis, { showSaveFilePicker: picked });
    });
    const picked = () =>
      trainer.page.evaluate(async () => {
        const root = await navigator.storage.getDirectory();
        const file = await root
          .getFileHandle('picked.mp4')
          .then((handle) => handle.getFile())
          .catch(() => null);
        const bytes = await file?.arrayBuffer();
        if (bytes === undefined) return null;
        const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
        await root.removeEntry('picked.mp4');
        return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('');
      });
    let pieces = 0;
    between.bends(FILES, (body) => {
      if (++pieces > 4) body[1000] = (body[1000] ?? 0) ^ 1;
      return body;
    });
    await button(FILM, words.submission.save).click();
    await card(FILM).getByText(words.submission.trouble.altered).waitFor();
    expect(await picked()).toBe(null);

    between.isHonest();
    await button(OTHER, words.submission.save).click();
    await trainer.page.getByText(words.submission.savedForGood).waitFor({ timeout: 60_000 });
    expect(await picked()).toBe(await sha256(OTHER));
    await trainer.page.evaluate(refusesToPick);
  },
);

test('all of it is one zip, with the answers for people and for programs', { timeout: SLOW }, async () => {
  const { path, name } = await trainer.downloads(
    trainer.page.getByRole('button', { name: words.submission.saveAll }).first(),
  );
  expect(name).toBe(words.submission.zipFile(LABEL));
  await holdsAll(new Zip(path), LABEL, [FILM, OTHER, shortFilm()]);
  expect(readFileSync(path).subarray(0, 2).toString()).toBe('PK');
  await trainer.page
    .getByRole('button', { name: words.submission.saveAll, exact: true })
    .waitFor({ state: 'detached' });
  const again = await trainer.downloads(
    trainer.page.getByRole('button', { name: words.submission.saveAllAgain }).first(),
  );
  await holdsAll(new Zip(again.path), LABEL, [FILM, OTHER, shortFilm()]);
});

test('a zip with one altered file is none', { timeout: SLOW }, async () => {
  const terminal = world.terminal();
  await terminal.signsIn(world.server.url);
  await terminal.sendsTo('Altered', FILM, shortFilm());
  await trainer.goesBack();
  await trainer.opens('Altered');
  let pieces = 0;
  between.bends(FILES, (body) => {
    if (++pieces > 6) body[1000] = (body[1000] ?? 0) ^ 1;
    return body;
  });
  const begun = trainer.page.waitForEvent('download');
  await trainer.page.getByRole('button', { name: words.submission.saveAll }).first().click();
  await trainer.page.getByText(words.submission.zipTrouble.altered).first().waitFor();
  expect(await (await begun).failure()).not.toBe(null);
  await looksRight(trainer, 'desk-52-no-zip');
});

test('a film for which this browser has no room is a plain word, and is here once there is', async () => {
  const { page } = trainer;
  await trainer.goesBack();
  const devtools = await page.context().newCDPSession(page);
  const origin = new URL(between.url).origin;
  await devtools.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 200_000 });
  const kept = await trainer.keptInBrowser();
  await trainer.opens('Altered');
  await card(shortFilm()).getByText(words.submission.trouble['no-room']).waitFor();
  expect(await trainer.keptInBrowser()).toEqual(kept);
  await looksRight(trainer, 'desk-53-no-room');
  await devtools.send('Storage.overrideQuotaForOrigin', { origin });
  await trainer.watches(basename(shortFilm()));
});

test(
  'a page that is left while it saves and plays leaves nothing behind, and locks',
  { timeout: SLOW },
  async () => {
    between.isHonest();
    await trainer.watches(basename(FILM));
    const url = await card(FILM)
      .locator('video')
      .evaluate((video: HTMLVideoElement) => video.src);
    const held = between.holds(FILES, 3);
    const begun = trainer.page.waitForEvent('download');
    await button(FILM, words.submission.save).click();
    await held.came;
    await trainer.goesBack();
    held.cut();
    await trainer.locks();
    expect(await trainer.page.evaluate(async (url) => (await fetch(url)).status, url)).toBe(404);
    expect(await (await begun).failure()).not.toBe(null);
    expect(await trainer.keptInBrowser()).toEqual([]);
  },
);
