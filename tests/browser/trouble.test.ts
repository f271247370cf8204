/**
 * The picked file changes, shrinks or vanishes while it is sent: plain words, what is safe, what to do, and
 * never a delivery of anything but what was picked. The network is held at a byte, so that it happens in
 * the middle.
 */
import { copyFileSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { send as words, stops } from '../../web/src/text/en.ts';
import { Faults } from './world/faults.ts';
import { film, sha256 } from './world/film.ts';
import type { Phone } from './world/phone.ts';
import type { Terminal } from './world/terminal.ts';
import { JO } from './world/trainer.ts';
import { World } from './world/world.ts';

// Long beside what is sealed ahead of the network.
const FILM = film(60_000_000);
const MIDDLE = 12_000_000;
const SLOW = 120_000;
/** Less than any film takes. */
const LITTLE_ROOM = 4_000_000;

let world: World;
let terminal: Terminal;
let faults: Faults;

beforeAll(async () => {
  world = await World.begins();
  world.watch.expectsBrokenConnections = true;
  const trainer = await world.desktop();
  await trainer.setsUp(world.server.setUpAddress);
  terminal = world.terminal();
  await terminal.signsIn(world.server.url, JO);
}, SLOW);
afterAll(() => world.ends());
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await world.photographs('trouble');
  await faults.leaves();
  expect(world.watch.troubles.splice(0)).toEqual([]);
});

/** Picked, and agreed to be sent; the phone has as little room for it as told. */
async function picked(label: string, path: string, room?: number): Promise<{ phone: Phone; link: string }> {
  faults = await Faults.stands(world.server.url);
  const link = faults.through(await terminal.makesLink(label));
  const phone = await world.phone();
  await phone.opens(link);
  if (room !== undefined) await hasRoom(phone, room);
  await phone.starts();
  await phone.picks(path);
  await phone.heading(words.check.headline).waitFor();
  return { phone, link };
}

async function hasRoom(phone: Phone, quotaSize: number): Promise<void> {
  const devtools = await phone.page.context().newCDPSession(phone.page);
  await devtools.send('Storage.overrideQuotaForOrigin', { origin: faults.url, quotaSize });
}

/** Half of it is there, and the rest waits. */
async function half(label: string, path: string, room?: number): Promise<{ phone: Phone; link: string }> {
  const sending = await picked(label, path, room);
  const came = faults.holdsAt(MIDDLE);
  await sending.phone.sends();
  await came;
  return sending;
}

/** Fetched by the one it was sent to; null when nothing came. */
async function arrived(label: string): Promise<string | null> {
  const path = (await terminal.fetches())[label]?.[0];
  return path === undefined ? null : sha256(path);
}

async function stopsWith(phone: Phone, ...titles: string[]): Promise<void> {
  await phone.heading(new RegExp(titles.join('|'))).waitFor({ timeout: 30_000 });
}

const harm: Record<string, (path: string) => void> = {
  changes: (path) => {
    const bytes = readFileSync(path);
    writeFileSync(path, bytes.fill(7, bytes.length - 1_000_000));
  },
  shrinks: (path) => truncateSync(path, statSync(path).size - 1_000_000),
  vanishes: (path) => rmSync(path),
};
for (const [what, happens] of Object.entries(harm)) {
  test(`a film that ${what} half-way is not delivered, and is picked again`, { timeout: SLOW }, async () => {
    const path = terminal.at(`film-${what}.mp4`);
    copyFileSync(FILM, path);
    // Without room it is sealed as it is sent, so that half of it is yet to be read.
    const { phone } = await half(what, path, LITTLE_ROOM);
    happens(path);
    faults.letsThrough();
    await stopsWith(phone, stops['file-changed']('').title, stops['file-unreadable']('').title);
    await phone.page.getByText(/Nothing was delivered/).waitFor();
    expect(await arrived(what)).toBe(null);
    await phone.button(stops.pick).tap();
    await phone.picks(FILM);
    await phone.sends();
    await phone.hasArrived(SLOW);
    expect(await arrived(what)).toBe(await sha256(FILM));
  });
}
