/** Where something was made, and who can be seen: what a phone takes out before anything is sealed. */
import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { cover, send as words } from '../../web/src/text/en.ts';
import { frames, locatedFilm, locatedPicture, pixelsOf, saysWhere, tagsOfPlace } from './world/located.ts';
import { looksRight } from './world/looks.ts';
import type { Phone } from './world/phone.ts';
import type { Terminal } from './world/terminal.ts';
import type { Trainer } from './world/trainer.ts';
import { World } from './world/world.ts';

const SLOW = 120_000;
/** What covers: `COVER` of the page. */
const COVER = [0x10, 0x1a, 0x18];

let world: World;
let trainer: Trainer;
let terminal: Terminal;

beforeAll(async () => {
  world = await World.begins();
  trainer = await world.desktop();
  terminal = world.terminal();
  await trainer.setsUp(world.server.setUpAddress);
  await terminal.signsIn(world.server.url);
}, SLOW);
afterAll(() => world.ends());
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await world.photographs(task.name.slice(0, 20));
  expect(world.watch.troubles).toEqual([]);
});

/** A phone that has come to the check with this file picked. */
async function picked(path: string): Promise<Phone> {
  const phone = await world.phone();
  await phone.opens(await trainer.makesLink({ label: path }));
  await phone.starts();
  await phone.answersFormCheck();
  await phone.picks(path);
  await phone.heading(words.check.headline).waitFor();
  return phone;
}

/** Sends, and says where the file that arrived was saved. */
async function arrives(phone: Phone): Promise<string> {
  await phone.agrees();
  await phone.sends();
  await phone.hasArrived();
  const { submissions } = await terminal.dewdrop<{ submissions: { files: { path: string }[] }[] }>(
    ...['fetch', '--all', '--to', terminal.at(`saved-${performance.now()}`)],
    ...['--passphrase-file', terminal.passphrase()],
  );
  const paths = submissions.flatMap(({ files }) => files.map(({ path }) => path));
  expect(paths.length).toBeGreaterThan(0);
  return paths.at(0) ?? '';
}

async function erased(): Promise<void> {
  const { submissions } = await terminal.dewdrop<{ submissions: { id: string }[] }>(
    ...['list', '--passphrase-file', terminal.passphrase()],
  );
  for (const { id } of submissions) await terminal.dewdrop('erase', id);
}

test('a film loses the place it was made at, and still plays', { timeout: SLOW }, async () => {
  const path = locatedFilm(terminal.at('phone'));
  expect(saysWhere(readFileSync(path))).toBe(true);
  const phone = await picked(path);
  await phone.page.getByText(words.check.placeGoes).waitFor();
  await looksRight(phone, 'send-25-place');
  const arrived = await arrives(phone);
  expect(readFileSync(arrived).length).toBe(readFileSync(path).length);
  expect(saysWhere(readFileSync(arrived))).toBe(false);
  expect(tagsOfPlace(arrived)).toBe('');
  expect(frames(arrived)).toBe(frames(path));
  await erased();
});

test('who wants to say where it was keeps the place in it', { timeout: SLOW }, async () => {
  const path = locatedFilm(terminal.at('phone'));
  const phone = await picked(path);
  await phone.button(words.check.placeKeep).tap();
  await phone.page.getByText(words.check.placeStays).waitFor();
  expect(readFileSync(await arrives(phone))).toEqual(readFileSync(path));
  await erased();
});

test('what is covered in a picture is not in what arrives', { timeout: SLOW }, async () => {
  const path = locatedPicture(terminal.at('phone'));
  const before = readFileSync(path);
  const phone = await picked(path);
  const { page } = phone;
  await phone.button(words.check.coverNamed('IMG_4712.jpg')).tap();
  const dialog = page.getByRole('dialog');
  const picture = dialog.getByRole('group');
  await picture.waitFor();
  await looksRight(phone, 'send-26-cover');
  const drag = async (from: readonly [number, number], to: readonly [number, number]) => {
    const frame = await picture.boundingBox();
    if (!frame) throw new Error('the picture is not shown');
    // Shown upright: higher than wide.
    expect(frame.height).toBeGreaterThan(frame.width);
    await page.mouse.move(frame.x + from[0] * frame.width, frame.y + from[1] * frame.height);
    await page.mouse.down();
    await page.mouse.move(frame.x + to[0] * frame.width, frame.y + to[1] * frame.height, { steps: 4 });
    await page.mouse.up();
    expect(await picture.boundingBox()).toEqual(frame);
  };
  await drag([0.1, 0.1], [0.4, 0.3]);
  // By its lower right corner.
  await drag([0.4, 0.3], [0.5, 0.4]);
  await dialog.getByText(cover.boxes(1)).waitFor();
  // A second one by keyboard: from the middle down to the edge, and a third that is taken away again.
  await dialog.getByRole('button', { name: cover.add }).tap();
  const second = dialog.getByRole('button', { name: cover.box(2, 2) });
  await second.focus();
  for (let step = 0; step < 45; step += 1) await second.press('ArrowDown');
  await dialog.getByRole('button', { name: cover.add }).tap();
  await dialog.getByRole('button', { name: cover.box(3, 3) }).press('Delete');
  await dialog.getByText(cover.boxes(2)).waitFor();
  await looksRight(phone, 'send-27-covered');
  await dialog.getByRole('button', { name: cover.done }).tap();
  await dialog.waitFor({ state: 'detached' });
  const arrived = await arrives(phone);
  expect(arrived).toMatch(/IMG_4712\.jpg$/);
  expect(tagsOfPlace(arrived)).toBe('');
  expect(saysWhere(readFileSync(arrived))).toBe(false);
  const { width, height, at } = pixelsOf(arrived, terminal.folder);
  expect([width, height]).toEqual([360, 640]);
  const near = (x: number, y: number, colour: readonly number[]) =>
    at(Math.floor(x * width), Math.floor(y * height)).forEach((value, i) =>
      expect(Math.abs(value - (colour[i] ?? 0))).toBeLessThan(24),
    );
  const own = pixelsOf(path, terminal.folder).at(5, 5);
  for (const [x, y] of [
    [0.12, 0.12],
    [0.3, 0.2],
    [0.48, 0.38],
    [0.5, 0.98],
  ] as const)
    near(x, y, COVER);
  for (const [x, y] of [
    [0.05, 0.05],
    [0.6, 0.2],
    [0.3, 0.5],
    [0.5, 0.6],
    [0.1, 0.95],
  ] as const)
    near(x, y, own);
  expect(readFileSync(path)).toEqual(before);
  await erased();
});

test(
  'a picture that this browser can not show is left as it is, and that is said',
  { timeout: SLOW },
  async () => {
    const path = terminal.writes(
      'IMG_4713.heic',
      Buffer.from('\0\0\0\x18ftypheic\0\0\0\0heicmif1', 'latin1'),
    );
    const phone = await picked(path);
    await phone.button(words.check.coverNamed('IMG_4713.heic')).tap();
    const dialog = phone.page.getByRole('dialog');
    await dialog.getByText(cover.wrong['not-shown']).waitFor();
    await looksRight(phone, 'send-28-not-shown');
    await dialog.getByRole('button', { name: cover.back }).tap();
    await dialog.waitFor({ state: 'detached' });
    expect(readFileSync(await arrives(phone))).toEqual(readFileSync(path));
  },
);
