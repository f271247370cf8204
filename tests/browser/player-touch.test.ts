/** The player in the trainer's pocket: one thumb, and two fingers. */
import type { CDPSession } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { player as words } from '../../web/src/text/player.ts';
import { sixty } from './world/counted.ts';
import { looksRight } from './world/looks.ts';
import type { Trainer } from './world/trainer.ts';
import { World } from './world/world.ts';

const LABEL = 'In the pocket';
const LEAST = 44;

let world: World;
let pocket: Trainer;
let fingers: CDPSession;

beforeAll(async () => {
  world = await World.begins();
  const terminal = world.terminal();
  await terminal.setsUp(world.server.setUpAddress);
  await terminal.dewdrop('send', await terminal.makesLink(LABEL), sixty());
  pocket = await world.pocketDesk();
  await pocket.signsIn();
  await pocket.opens(LABEL);
  await pocket.watches('counted-60.mp4');
  fingers = await pocket.page.context().newCDPSession(pocket.page);
}, 120_000);
afterAll(() => world.ends());
afterEach(() => expect(world.watch.troubles).toEqual([]));

const film = (read: 'currentTime' | 'paused') =>
  pocket.page.locator('video').evaluate((video: HTMLVideoElement, read) => Number(video[read]), read);
const frame = async () => Number(/\d+$/.exec(await pocket.page.locator('.time').innerText())?.[0]);
const settles = () => pocket.page.locator('.player[data-busy=false]').waitFor();
async function place(x: number, y: number): Promise<{ x: number; y: number }> {
  const stage = pocket.page.locator('.stage');
  await stage.scrollIntoViewIfNeeded();
  const box = await stage.boundingBox();
  if (!box) throw new Error('no stage');
  return { x: box.x + box.width * x, y: box.y + box.height * y };
}
async function touches(type: string, ...points: { x: number; y: number }[]): Promise<void> {
  const touchPoints = points.map((point, id) => ({ ...point, id }));
  await fingers.send('Input.dispatchTouchEvent', { type: type as 'touchStart', touchPoints });
}
async function drags(from: { x: number; y: number }, to: { x: number; y: number }): Promise<void> {
  await touches('touchStart', from);
  for (let n = 1; n <= 10; n++) {
    await touches('touchMove', {
      x: from.x + ((to.x - from.x) * n) / 10,
      y: from.y + ((to.y - from.y) * n) / 10,
    });
    await settles();
  }
  await touches('touchEnd');
}

test('everything that is pressed is as large as a thumb', async () => {
  const small = await pocket.page.locator('.player button:visible, .player input:visible').evaluateAll(
    (all, least) =>
      all
        .map((one) => ({ name: one.getAttribute('aria-label'), box: one.getBoundingClientRect() }))
        .filter(({ box }) => box.width < least || box.height < least)
        .map(({ name, box }) => `${name} ${box.width}x${box.height}`),
    LEAST,
  );
  expect(small).toEqual([]);
  const wide = await pocket.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(wide).toBeLessThanOrEqual(0);
  await looksRight(pocket, 'player-40-phone');
});

test('a finger drags the film picture by picture, two bring it closer, one then pushes it', async () => {
  const before = await frame();
  await drags(await place(0.8, 0.5), await place(0.3, 0.5));
  await settles();
  const gone = (await frame()) - before;
  expect(gone).toBeGreaterThan(5);
  expect(gone).toBeLessThan(40);
  const lies = () => pocket.page.locator('video').evaluate((video) => video.style.transform);
  const [a, b, c, d] = await Promise.all([
    place(0.45, 0.5),
    place(0.55, 0.5),
    place(0.2, 0.5),
    place(0.8, 0.5),
  ]);
  await touches('touchStart', a, b);
  await touches('touchMove', c, d);
  await touches('touchEnd');
  const near = await lies();
  expect(Number(/scale\(([\d.]+)/.exec(near)?.[1])).toBeGreaterThan(3);
  const stood = await frame();
  await drags(await place(0.5, 0.5), await place(0.3, 0.4));
  expect(await lies()).not.toBe(near);
  expect(await frame()).toBe(stood);
  const upright = pocket.page.getByRole('button', { name: words.upright });
  // The first tap may only stop what the fingers have set in motion.
  await expect
    .poll(async () => {
      if ((await upright.count()) > 0) await upright.tap();
      return lies();
    })
    .toContain('scale(1, 1)');
});

test('a finger draws', async () => {
  await pocket.page.getByRole('button', { name: words.draw }).tap();
  await pocket.page.getByRole('button', { name: words.shapes.circle }).tap();
  await drags(await place(0.5, 0.5), await place(0.7, 0.6));
  await expect.poll(() => pocket.page.locator('.marker').count()).toBe(1);
  await looksRight(pocket, 'player-41-phone-drawing');
  await pocket.page.getByRole('button', { name: words.draw }).tap();
  await expect.poll(() => pocket.page.locator('.stage.draws').count()).toBe(0);
});

test('a tap plays and stops, two taps jump', async () => {
  const [left, right] = [await place(0.2, 0.5), await place(0.8, 0.5)];
  await pocket.page.touchscreen.tap(left.x, left.y);
  await expect.poll(() => film('paused')).toBe(0);
  await pocket.page.touchscreen.tap(left.x, left.y);
  await expect.poll(() => film('paused')).toBe(1);
  const before = await frame();
  await touches('touchStart', right);
  await touches('touchEnd');
  await touches('touchStart', right);
  await touches('touchEnd');
  await expect.poll(frame).toBe(before + 60);
  expect(await film('paused')).toBe(1);
});
