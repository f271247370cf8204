/** The player at the desk: speed, loop, keys, fingers, drawing, the picture that is saved, two films at once. */
import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { player as words } from '../../web/src/text/player.ts';
import { desk } from '../../web/src/text/en.ts';
import { H264, made, sixty } from './world/counted.ts';
import { looksRight } from './world/looks.ts';
import type { Trainer } from './world/trainer.ts';
import { World } from './world/world.ts';

const LABEL = 'Squats';
const SECOND = 'upright.mp4';
const FIRST = 'counted-60.mp4';
/** One says that it is a film, the other is one that this engine can not play; too large to be tried unasked. */
const [FEIGNED, HEVC] = ['feigned.mp4', 'hevc.mp4'];
const UNASKED = 24_000_000;

let world: World;
let trainer: Trainer;

/** As a phone held upright films: higher than wide, red above and blue below. */
const upright = () =>
  made(SECOND, [
    ...['-f', 'lavfi', '-i', 'color=red:size=216x192:rate=30:duration=6'],
    ...['-f', 'lavfi', '-i', 'color=blue:size=216x192:rate=30:duration=6'],
    ...['-filter_complex', 'vstack', ...H264],
  ]);

beforeAll(async () => {
  world = await World.begins();
  trainer = await world.desktop();
  await trainer.setsUp(world.server.setUpAddress);
  const terminal = world.terminal();
  await terminal.signsIn(world.server.url);
  const link = await terminal.makesLink(LABEL);
  const hevc = made('short-hevc.mp4', [
    ...['-f', 'lavfi', '-i', 'testsrc=size=320x180:rate=30:duration=2'],
    ...['-c:v', 'libx265', '-tag:v', 'hvc1', '-pix_fmt', 'yuv420p'],
  ]);
  // Behind its last box a film may have room that says nothing.
  const room = Buffer.alloc(UNASKED + 1);
  room.writeUInt32BE(room.length);
  room.write('free', 4);
  const large = terminal.writes(HEVC, Buffer.concat([readFileSync(hevc), room]));
  const feigned = terminal.writes(FEIGNED, 'nothing like a film');
  await terminal.dewdrop('send', link, sixty(), upright(), feigned, large);
  await trainer.opens(LABEL);
  await trainer.watches(FIRST);
}, 120_000);
afterAll(() => world.ends());
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await world.photographs(`player-${task.name.slice(0, 20)}`);
  expect(world.watch.troubles).toEqual([]);
});

const card = (name = FIRST) => trainer.page.locator(`article[aria-label="${name}"]`);
const button = (name: string, of = FIRST) => card(of).getByRole('button', { name, exact: true });
const video = (of = FIRST) => card(of).locator('video');
const told = (of = FIRST) => card(of).locator('.time').innerText();
const rate = () => video().evaluate((film: HTMLVideoElement) => film.playbackRate);
const paused = (of = FIRST) => video(of).evaluate((film: HTMLVideoElement) => film.paused);
const at = (of = FIRST) => video(of).evaluate((film: HTMLVideoElement) => film.currentTime);
const settles = (of = FIRST) => card(of).locator('.player[data-busy=false]').waitFor();
const press = (key: string) => trainer.page.keyboard.press(key);
/** Sets the film to a picture of its own, and gives it the keys. */
async function stands(percent: number, of = FIRST): Promise<void> {
  await card(of).locator('.player').focus();
  if (!(await paused(of))) await press('k');
  const bar = card(of).getByRole('slider', { name: words.position });
  await bar.evaluate((input: HTMLInputElement, share) => {
    input.value = String(Number(input.max) * share);
    input.dispatchEvent(new Event('input', { bubbles: true }));
  }, percent / 100);
  await settles(of);
}

test('one player is open; another film is a picture until it is wanted', async () => {
  const controls = (of: string) => card(of).locator('.controls').isVisible();
  await video(SECOND).waitFor();
  expect([await controls(FIRST), await controls(SECOND)]).toEqual([true, false]);
  await looksRight(trainer, 'player-05-folded');
  await button(words.play, SECOND).focus();
  await press('Enter');
  await expect.poll(() => paused(SECOND)).toBe(false);
  expect([await controls(FIRST), await controls(SECOND)]).toEqual([true, true]);
  await press('k');
  await expect.poll(() => paused(SECOND)).toBe(true);
});

test('keys play, stop, step and jump; the number of the picture is told', async () => {
  await stands(20);
  expect(await told()).toContain(words.frame(121));
  await press('.');
  await settles();
  await expect.poll(() => told()).toContain(words.frame(122));
  await press(',');
  await press(',');
  await settles();
  await expect.poll(() => told()).toContain(words.frame(120));
  await press('ArrowRight');
  await expect.poll(() => told()).toContain(words.frame(180));
  await press('Shift+ArrowLeft');
  await expect.poll(() => told()).toContain(words.frame(1));
  await press(' ');
  await expect.poll(() => paused()).toBe(false);
  await press('k');
  await expect.poll(() => paused()).toBe(true);
});

test('whole speed first, then slower and faster, and never a voice of another pitch', async () => {
  await stands(0);
  expect(await rate()).toBe(1);
  expect(await video().evaluate((film: HTMLVideoElement) => film.preservesPitch)).toBe(false);
  await press('j');
  expect(await rate()).toBe(0.5);
  await button(words.times(0.1)).click();
  expect(await rate()).toBe(0.1);
  await press('ArrowUp');
  expect(await rate()).toBe(0.15);
  await button(words.times(1)).click();
  expect(await rate()).toBe(1);
});

test('from A to B, again and again', async () => {
  await stands(30);
  await press('a');
  await stands(40);
  await press('b');
  await stands(30);
  await press(' ');
  const seen: number[] = [];
  await expect
    .poll(
      async () => {
        seen.push(await at());
        return seen.some((one, n) => one < (seen[n - 1] ?? 0) - 0.3);
      },
      { timeout: 15_000, interval: 30 },
    )
    .toBe(true);
  expect(Math.max(...seen)).toBeLessThan(4.3);
  expect(Math.min(...seen)).toBeGreaterThanOrEqual(2.9);
  await press('k');
  await button(words.noLoop).click();
  expect(await card().locator('.loop').count()).toBe(0);
});

test('it turns, mirrors, comes closer and lies as it was filmed again', async () => {
  const lies = () => video().evaluate((film: HTMLVideoElement) => film.style.transform);
  const plain = await lies();
  await press('r');
  await press('m');
  await press('+');
  expect(await lies()).toMatch(/scale\(-1\.25, 1\.25\) rotate\(90deg\)/);
  await press('0');
  expect(await lies()).toBe(plain);
  const picture = await card().locator('.stage').boundingBox();
  await trainer.page.mouse.move((picture?.x ?? 0) + 50, (picture?.y ?? 0) + 50);
  await trainer.page.mouse.wheel(0, -300);
  expect(await lies()).toMatch(/scale\(2\.7/);
  await press('0');
});

test('lines and an angle on the picture that stands; undo; gone from the next, there again', async () => {
  await stands(50);
  await press('d');
  await draws([0.2, 0.2], [0.6, 0.6]);
  await button(words.shapes.angle).click();
  await draws([0.5, 0.2], [0.5, 0.5]);
  await draws([0.5, 0.5], [0.8, 0.5]);
  await looksRight(trainer, 'player-10-drawing');
  const both = await inked();
  await button(words.undo).click();
  const one = await inked();
  expect(one).toBeLessThan(both);
  expect(one).toBeGreaterThan(100);
  await press('.');
  await settles();
  await expect.poll(inked).toBe(0);
  await card()
    .getByRole('button', { name: words.marker('0:05.00') })
    .click();
  await settles();
  await expect.poll(inked).toBe(one);
});

test('the picture is saved at the size of the film, turned and mirrored as seen, with what is drawn', async () => {
  await stands(50);
  await press('m');
  const { path, name } = await trainer.downloads(button(words.still));
  expect(name).toBe('counted-60 0-05.00.png');
  const png = readFileSync(path);
  expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([384, 216]);
  // Picture 300: digits 2, 3, 5 and 8; mirrored they are counted from the right. The line is green.
  const colours = await pixels(png, [
    [384 - 16, 200],
    [384 - 5 * 32 - 16, 200],
    [384 - Math.round(0.4 * 384), Math.round(0.4 * 216)],
  ]);
  expect(colours[0]?.[0]).toBeLessThan(60);
  expect(colours[1]?.[0]).toBeGreaterThan(190);
  expect((colours[2]?.[1] ?? 0) - (colours[2]?.[0] ?? 0)).toBeGreaterThan(50);
  await press('m');
  await trainer.watches(SECOND);
  await stands(50, SECOND);
  await press('r');
  const turned = readFileSync((await trainer.downloads(button(words.still, SECOND))).path);
  expect([turned.readUInt32BE(16), turned.readUInt32BE(20)]).toEqual([384, 216]);
  const [left, right] = await pixels(turned, [
    [50, 100],
    [330, 100],
  ]);
  // What was above is on the right.
  expect(left?.[2]).toBeGreaterThan(200);
  expect(right?.[0]).toBeGreaterThan(200);
});

test('it fills the screen, and gives it back', async () => {
  await stands(20);
  await press('f');
  await card().locator('.player.full').waitFor();
  const stage = await card().locator('.stage').boundingBox();
  expect(stage?.width).toBe(1280);
  expect(stage?.height).toBeGreaterThan(400);
  await looksRight(trainer, 'player-15-full');
  await press('f');
  await expect.poll(() => card().locator('.player.full').count()).toBe(0);
});

test('the list of keys opens and closes; keys of the browser stay its own', async () => {
  await card().locator('.player').focus();
  await press('?');
  await trainer.heading(words.keys.title).waitFor();
  await looksRight(trainer, 'player-20-keys');
  await press('Escape');
  await trainer
    .heading(words.keys.title)
    .waitFor({ state: 'detached' })
    .catch(() => undefined);
  expect(await trainer.page.locator('dialog[open]').count()).toBe(0);
});

test('five jumps by key are five seconds, however soon they follow each other', async () => {
  for (const wait of [0, 40, 150]) {
    await stands(20);
    for (let n = 0; n < 5; n++) await trainer.page.keyboard.press('ArrowRight', { delay: wait });
    expect(await told()).toContain(words.frame(421));
    await settles();
    expect(await told()).toContain(words.frame(421));
    expect(Math.floor((await at()) * 60)).toBe(420);
  }
});

test('an end of a loop that is let go is told', async () => {
  await stands(30);
  await press('a');
  await stands(20);
  await press('b');
  // Turned about: both are there.
  expect(await card().locator('.loop').count()).toBe(1);
  await stands(90);
  await press('a');
  await card().getByText(words.loopAnew.b).waitFor();
  await press('x');
  await card().getByText(words.loopAnew.b).waitFor({ state: 'detached' });
});

test('a film that can not stand beside another one is not offered, or refused in words', async () => {
  const sheet = trainer.page.locator('dialog[open]');
  const compare = button(desk.submission.compare);
  await card(FEIGNED).getByText(desk.submission.onlySave).waitFor();
  await compare.click();
  const offered = sheet.getByRole('button', { name: '.mp4' });
  expect(await offered.allInnerTexts()).toEqual([SECOND, HEVC]);
  await looksRight(trainer, 'player-25-beside');
  const scrolled = () => trainer.page.evaluate(() => Math.round(scrollY));
  const before = await scrolled();
  await offered.last().click();
  const said = `${HEVC}: ${desk.submission.refused.hevc}`;
  await expect.poll(() => card().getByRole('alert').allInnerTexts()).toEqual([said]);
  expect([await sheet.count(), await scrolled()]).toEqual([0, before]);
  expect(await compare.evaluate((button) => button === document.activeElement)).toBe(true);
  expect(await card(HEVC).locator('video').count()).toBe(0);
  await looksRight(trainer, 'player-26-refused');
});

test('two films, each set to its moment, step and run as one', async () => {
  const { page } = trainer;
  // One is left to choose from.
  const behind = page.locator('video:not(dialog video)');
  await behind.first().evaluate((video: HTMLVideoElement) => {
    video.muted = true;
    return video.play();
  });
  await button(desk.submission.compare).click();
  await trainer.heading(words.compared.title).waitFor();
  expect(await behind.evaluateAll((films: HTMLVideoElement[]) => films.every(({ paused }) => paused))).toBe(
    true,
  );
  const [first, second] = [words.compared.first, words.compared.second].map((name) =>
    page.getByRole('region', { name, exact: true }),
  );
  if (!first || !second) throw new Error('two films');
  const done = () => page.locator('dialog[data-busy=false]').waitFor();
  await first.getByRole('button', { name: words.ahead }).click();
  await done();
  await looksRight(trainer, 'player-30-apart');
  await page.getByRole('button', { name: words.compared.together }).click();
  for (let n = 0; n < 2; n++) await page.keyboard.press('.');
  for (let n = 0; n < 2; n++) await page.getByRole('button', { name: words.compared.ahead }).click();
  await done();
  const moments = () =>
    page
      .locator('dialog video')
      .evaluateAll((films) => films.map((film) => (film as HTMLVideoElement).currentTime));
  const [one = 0, other = 0] = await moments();
  // The fifth of sixty a second; of thirty a second the one that then stands.
  expect(Math.floor(one * 60)).toBe(5);
  expect(Math.floor(other * 30)).toBe(2);
  await looksRight(trainer, 'player-31-together');
  await page.getByRole('button', { name: words.compared.play }).click();
  await expect.poll(async () => (await moments()).every((moment) => moment > 0.6)).toBe(true);
  const [a = 0, b = 0] = await moments();
  expect(Math.abs(a - b)).toBeLessThan(0.25);
  await page.getByRole('button', { name: words.compared.pause }).click();
  await page.getByRole('button', { name: words.compared.close }).click();
  expect(await page.locator('dialog[open]').count()).toBe(0);
  expect(await button(desk.submission.compare).evaluate((one) => one === document.activeElement)).toBe(true);
});

async function draws(from: readonly [number, number], to: readonly [number, number]): Promise<void> {
  const stage = card().locator('.stage');
  await stage.scrollIntoViewIfNeeded();
  const box = await stage.boundingBox();
  if (!box) throw new Error('no stage');
  const { mouse } = trainer.page;
  await mouse.move(box.x + from[0] * box.width, box.y + from[1] * box.height);
  await mouse.down();
  await mouse.move(box.x + to[0] * box.width, box.y + to[1] * box.height, { steps: 5 });
  await mouse.up();
}

/** Pixels that are drawn over the film. */
function inked(): Promise<number> {
  return card()
    .locator('.stage canvas')
    .evaluate((canvas: HTMLCanvasElement) => {
      const copy = document.createElement('canvas');
      [copy.width, copy.height] = [canvas.width, canvas.height];
      const context = copy.getContext('2d', { willReadFrequently: true });
      if (!context) return 0;
      context.drawImage(canvas, 0, 0);
      const { data } = context.getImageData(0, 0, copy.width, copy.height);
      let count = 0;
      for (let at = 3; at < data.length; at += 4) if ((data[at] ?? 0) > 128) count += 1;
      return count;
    });
}

function pixels(png: Buffer, places: [number, number][]): Promise<number[][]> {
  return trainer.page.evaluate(
    async ({ bytes, places }) => {
      const picture = await createImageBitmap(new Blob([new Uint8Array(bytes)], { type: 'image/png' }));
      const canvas = document.createElement('canvas');
      [canvas.width, canvas.height] = [picture.width, picture.height];
      const context = canvas.getContext('2d', { willReadFrequently: true });
      context?.drawImage(picture, 0, 0);
      return places.map(([x, y]) => [...(context?.getImageData(x, y, 1, 1).data ?? [])]);
    },
    { bytes: [...png], places },
  );
}
