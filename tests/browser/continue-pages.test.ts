/** Coming back to what was begun: from its link, without one, in two tabs, after everything else ended. */
import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { begun as words, send, stops } from '../../web/src/text/en.ts';
import { Between } from './world/between.ts';
import { shortFilm } from './world/film.ts';
import { looksRight } from './world/looks.ts';
import { EXERCISE, type Phone } from './world/phone.ts';
import type { Trainer } from './world/trainer.ts';
import { World } from './world/world.ts';
import { fitsZoomed } from './world/zoom.ts';

const FILM = 'Deep squats from the left side, Saturday morning.mp4';
/** Two requests of the size that sending begins with. */
const BYTES = 12_000_000;
const HOUR = 3600;

// Nothing here is timed: a busy machine gets twice as long.
vi.setConfig({ testTimeout: 120_000 });

let world: World;
let between: Between;
let trainer: Trainer;
const people: Phone[] = [];

beforeAll(async () => {
  world = await World.begins();
  between = await Between.stands(world.server.url);
  trainer = await world.desktop(between.url);
  await trainer.setsUp(world.server.setUpAddress.replace(world.server.url, between.url));
}, 120_000);
afterAll(async () => {
  await world.ends();
  await between.leaves();
});
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await world.photographs('continue');
  between.isHonest();
  for (const phone of people.splice(0)) await phone.page.context().close();
  world.watch.expectsBrokenConnections = false;
  expect(world.watch.troubles).toEqual([]);
});

/** A short film with room behind it: it plays, and is long on its way. */
function long(): string {
  const room = Buffer.alloc(BYTES);
  room.writeUInt32BE(BYTES);
  room.write('free', 4);
  return world.terminal().writes(FILM, Buffer.concat([readFileSync(shortFilm()), room]));
}

async function right(phone: Phone, state: string): Promise<void> {
  await looksRight(phone, `begun-${state}`);
  await fitsZoomed(phone, state);
}

/** Half of it is there, all of it is kept on the phone, and the network is gone. */
async function halfSent(
  label: string,
  path = long(),
  wish: { open?: string } = {},
): Promise<{ phone: Phone; link: string }> {
  const link = await trainer.makesLink({ label, ...wish });
  const phone = await world.phone();
  people.push(phone);
  await sendsHalf(phone, link, path);
  return { phone, link };
}

async function sendsHalf(phone: Phone, link: string, path: string): Promise<void> {
  world.watch.expectsBrokenConnections = true;
  await phone.opens(link);
  await phone.starts();
  await phone.answersFormCheck();
  await phone.picks(path);
  await phone.agrees();
  const held = between.holds(/PATCH/, path === shortFilm() ? 0 : 1);
  await phone.sends();
  await held.came;
  await phone.maySafelyLeave();
  between.isHonest();
  between.cuts(/PATCH|POST/);
  held.cut();
}

/**
 * A tab that was never there before, of the same browser: as after it was closed and opened again. A browser
 * under load lets go of what a closed tab held only later; until then the tab still sends, and is waited for.
 */
async function returns(phone: Phone, url: string): Promise<Phone> {
  const again = await world.tabBeside(phone);
  await phone.page.close();
  await again.page.goto(`${between.url}/r`);
  await expect.poll(() => again.page.evaluate(heldLocks), { timeout: 30_000 }).toBe(0);
  await again.opens(url);
  return again;
}

/** Runs in the page. */
async function heldLocks(): Promise<number> {
  const { held = [] } = await navigator.locks.query();
  return held.length;
}

test('the same link goes on where it stopped, without picking, and arrives', async () => {
  const { phone, link } = await halfSent('Reopened');
  await right(phone, '01-safe');
  const again = await returns(phone, link);
  await again.isOfferedToContinue();
  expect(await again.button(/^Continue sending/).innerText()).toMatch(/\(\d\d\s%\)/);
  await right(again, '02-continue');
  between.isHonest();
  await again.continues();
  await again.hasArrived();
  await trainer.received('Reopened').waitFor();
  await trainer.opens('Reopened');
  expect((await trainer.readsAnswers())[EXERCISE]).toBe('Squats');
  await trainer.goesBack();
});

test('without its link it goes on too; of several one is chosen', async () => {
  const { phone } = await halfSent('Bare');
  const bare = `${between.url}/u`;
  const again = await returns(phone, bare);
  await again.isOfferedToContinue();
  await again.page.getByText('Jo Meyer').first().waitFor();
  between.isHonest();
  await sendsHalf(again, await trainer.makesLink({ label: 'Second' }), shortFilm());
  const third = await returns(again, bare);
  await third.heading(words.several(2)).waitFor();
  await right(third, '03-several');
  between.isHonest();
  await third.button(/short/).tap();
  await third.continues();
  await third.hasArrived();
  const last = await returns(third, bare);
  await last.continues();
  await last.hasArrived();
});

test('another tab that sends it is left alone, and gone on from when it is closed', async () => {
  const { phone, link } = await halfSent('Two tabs');
  const other = await world.tabBeside(phone);
  await other.opens(link);
  await other.heading(words.elsewhere).waitFor();
  await right(other, '04-elsewhere');
  between.isHonest();
  between.holds(/PATCH|POST/);
  await phone.page.close();
  await other.page.getByText(send.sending.safe).waitFor();
  between.isHonest();
  await other.reloads();
  await other.continues();
  await other.hasArrived();
});

test('it can be stopped and erased, behind a question, and begun anew', async () => {
  const { phone, link } = await halfSent('Taken back');
  const again = await returns(phone, link);
  await again.button(words.erase).tap();
  await again.page.getByText(words.eraseText).waitFor();
  await right(again, '05-erase');
  await again.button(words.eraseNo).tap();
  await again.stopsAndErases();
  await again.heading(stops['taken-back'].title).waitFor();
  await right(again, '06-taken-back');
  await again.button(stops.anew).tap();
  await again.isAsked();
  between.isHonest();
  await again.reloads();
  await again.isAsked();
});

test('what another tab took up meanwhile is not erased from here, and the page says so', async () => {
  const { phone, link } = await halfSent('Two minds');
  const here = await returns(phone, link);
  await here.isOfferedToContinue();
  const other = await world.tabBeside(here);
  await other.opens(link);
  await other.isOfferedToContinue();
  between.isHonest();
  const held = between.holds(/PATCH|POST/);
  await other.continues();
  await held.came;
  await here.stopsAndErases();
  await here.heading(words.elsewhere).waitFor();
  between.isHonest();
  held.release();
  await other.hasArrived();
  await trainer.received('Two minds').waitFor();
});

test('a link that expired meanwhile and a server that was restarted stop nobody', async () => {
  const { phone, link } = await halfSent('Expired', shortFilm(), { open: String(HOUR) });
  const again = await returns(phone, 'about:blank');
  await world.server.stop();
  await world.server.start(2 * HOUR);
  between.isHonest();
  await again.opens(link);
  await again.isOfferedToContinue();
  await right(again, '07-expired');
  await again.continues();
  await again.hasArrived();
  await world.server.stop();
  await world.server.start();
});
