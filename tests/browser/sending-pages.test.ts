/** While it is sent, and just before: notes, files that come and go, waiting, and every way it can stop. */
import { execFileSync } from 'node:child_process';
import { readFileSync, unlinkSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { send as words, stops } from '../../web/src/text/en.ts';
import { Between } from './world/between.ts';
import { shortFilm } from './world/film.ts';
import { looksRight } from './world/looks.ts';
import type { Phone } from './world/phone.ts';
import type { Terminal } from './world/terminal.ts';
import type { Trainer } from './world/trainer.ts';
import { World } from './world/world.ts';
import { fitsZoomed } from './world/zoom.ts';

const PLACE = '+48.1372+011.5756/';
const LONG_NAME = 'Front squats with a pause at the bottom, third set, filmed from the left by Anna.mp4';

// Nothing here is timed: a busy machine gets twice as long.
vi.setConfig({ testTimeout: 120_000 });

let world: World;
let between: Between;
let trainer: Trainer;
let terminal: Terminal;
const people: Phone[] = [];

beforeAll(async () => {
  world = await World.begins();
  between = await Between.stands(world.server.url);
  trainer = await world.desktop(between.url);
  await trainer.setsUp(world.server.setUpAddress.replace(world.server.url, between.url));
  terminal = world.terminal();
}, 120_000);
afterAll(async () => {
  await world.ends();
  await between.leaves();
});
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await world.photographs('sending');
  between.isHonest();
  for (const phone of people.splice(0)) await phone.page.context().close();
  world.watch.expectsBrokenConnections = false;
  expect(world.watch.troubles).toEqual([]);
});

async function right(phone: Phone, state: string): Promise<void> {
  await looksRight(phone, `sending-${state}`);
  await fitsZoomed(phone, state);
}

/** Everything is answered and the film is asked for. */
async function answered(label: string): Promise<Phone> {
  const link = await trainer.makesLink({ label });
  const phone = await world.phone();
  people.push(phone);
  await phone.opens(link);
  await phone.starts();
  await phone.answersFormCheck();
  return phone;
}

/** On its way, with the network held up. */
async function held(label: string, ...paths: string[]) {
  world.watch.expectsBrokenConnections = true;
  const phone = await answered(label);
  await phone.picks(...paths);
  await phone.agrees();
  const line = between.holds(/PATCH/);
  await phone.sends();
  await line.came;
  return { phone, line };
}

const copy = (name: string, path = shortFilm()) => terminal.writes(name, readFileSync(path));

/** A second of HEVC that says where it was made. */
function abroad(): string {
  const path = terminal.at('IMG_4711.mov');
  const made = ['-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=10', '-t', '1', '-c:v', 'libx265'];
  const named = ['-tag:v', 'hvc1', '-metadata', `location=${PLACE}`, '-loglevel', 'error', '-y', path];
  execFileSync('ffmpeg', [...made, ...named]);
  expect(readFileSync(path).includes(PLACE)).toBe(true);
  return path;
}

test('what was found in a film is said before it is sent, and can be changed', async () => {
  const phone = await answered('Abroad');
  await phone.picks(abroad());
  await phone.page.getByText(words.check.hevc).waitFor();
  await phone.page.getByText(words.check.placeGoes).waitFor();
  await right(phone, '01-notes');
  await phone.button(words.check.placeKeep).tap();
  await phone.page.getByText(words.check.placeStays).waitFor();
  await phone.button(words.check.placeRemove).tap();
  await phone.page.getByText(words.check.placeGoes).waitFor();
});

test('files come and go while it is sent', async () => {
  const { phone, line } = await held('Changed', copy(LONG_NAME), copy('second.mp4'));
  await phone.maySafelyLeave();
  await right(phone, '03-files');
  await phone.addsAnother(copy('third.mp4'));
  await phone.page.getByText('third.mp4').waitFor();
  await phone.button(words.check.removeNamed('second.mp4')).tap();
  await phone.page.getByText(words.sending.removeTitle).waitFor();
  await right(phone, '04-take-out');
  await phone.button(words.sending.removeNo).tap();
  await phone.takesOut('second.mp4');
  await phone.page.getByText('second.mp4').waitFor({ state: 'detached' });
  line.release();
  between.isHonest();
  await phone.hasArrived();
  await trainer.received('Changed').waitFor();
  await trainer.opens('Changed');
  await trainer.file(/Front squats/).waitFor();
  await trainer.file('third.mp4').waitFor();
  expect(await trainer.file('second.mp4').count()).toBe(0);
  await trainer.goesBack();
});

test('a server without room for the rest, and a busy link, are waited for in words', async () => {
  const { phone, line } = await held('Full', copy('squats.mp4'));
  between.isHonest();
  between.refuses(/PATCH/, 507, 'disk-full');
  line.cut();
  await phone.page.getByText(/^The server has no room for the rest/).waitFor({ timeout: 40_000 });
  await right(phone, '05-disk');
  between.isHonest();
  between.refuses(/PATCH/, 429, 'link-busy');
  await phone.page.getByText(words.sending.busy).waitFor({ timeout: 40_000 });
  await right(phone, '06-busy');
  between.isHonest();
  await phone.hasArrived(40_000);
});

test('what has passed is read out a few times, and never twice', async () => {
  const phone = await answered('Spoken');
  const room = Buffer.alloc(12_000_000);
  room.writeUInt32BE(room.length);
  room.write('free', 4);
  await phone.picks(terminal.writes('long.mp4', Buffer.concat([readFileSync(shortFilm()), room])));
  await phone.agrees();
  await phone.page.evaluate(() => {
    const said: string[] = [];
    Object.assign(globalThis, { said });
    new MutationObserver(() => {
      const text = document.querySelector('p.unseen[role=status]')?.textContent ?? '';
      if (text !== '' && said.at(-1) !== text) said.push(text);
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
  });
  await phone.sends();
  await phone.hasArrived(40_000);
  const said = await phone.page.evaluate(() => (globalThis as unknown as { said: string[] }).said);
  const all: readonly string[] = Object.values(words.sending.passed).filter((text) => text !== '');
  expect(said.length).toBeGreaterThan(0);
  expect(said).toEqual(all.filter((text) => said.includes(text)));
});

test('a link closed or used up while sending says what is safe, and leaves the answers', async () => {
  const { phone, line } = await held('Closed meanwhile', copy('squats.mp4'));
  const row = trainer.waiting('Closed meanwhile');
  await row.getByRole('button', { name: 'Close link' }).click();
  await trainer.page.getByRole('dialog').getByRole('button', { name: 'Close link' }).click();
  await row.getByRole('button', { name: 'Ask again' }).waitFor();
  between.isHonest();
  line.cut();
  await phone.heading(stops['closed-meanwhile']('').title).waitFor({ timeout: 40_000 });
  await right(phone, '07-closed');
  await phone.button(stops.look).tap();
  await phone.page.getByText('Squats').first().waitFor();
});

test('a file that the phone no longer hands out is named, and picked again', async () => {
  const phone = await answered('Vanished');
  const path = copy('gone.mp4');
  await phone.picks(path, copy('stays.mp4'));
  await phone.heading(words.check.headline).waitFor();
  // The small picture of a file that is gone can not be loaded either.
  world.watch.expectsBrokenConnections = true;
  unlinkSync(path);
  await phone.agrees();
  await phone.sends();
  await phone.heading(/no longer hands out|changed while/).waitFor();
  await phone.page.getByText('gone.mp4').waitFor();
  await right(phone, '08-unreadable');
  await phone.button(stops.pick).tap();
  await phone.page.getByText('stays.mp4').waitFor();
  await phone.picksWith(words.check.add, copy('again.mp4'));
  await phone.heading(words.check.headline).waitFor();
  await phone.sends();
  await phone.hasArrived();
});

test('where nothing can be kept the page says to stay open, and asks before it is left', async () => {
  const phone = await answered('Little room');
  const { page } = phone;
  await phone.hasNoRoom();
  world.watch.expectsBrokenConnections = true;
  await phone.picks(shortFilm());
  await phone.agrees();
  const first = between.holds(/PATCH/);
  await phone.sends();
  await first.came;
  between.isHonest();
  const commit = between.holds(/POST/);
  first.release();
  await commit.came;
  await page.getByText(words.sending.open).waitFor();
  await right(phone, '09-open');
  const asked = page.waitForEvent('dialog');
  await phone.reloads();
  expect((await asked).type()).toBe('beforeunload');
  commit.cut();
});
