/**
 * What happens at the desk, to the server and to the phone's room while something is sent: plain words, what
 * is safe, what to do; and nothing but what was picked is ever delivered.
 */
import { expect, test } from 'vitest';
import { send as words, stops } from '../../web/src/text/en.ts';
import { sha256, shortFilm } from './world/film.ts';
import { FILM, halfWay, LITTLE_ROOM, SLOW } from './world/half-way.ts';
import { until } from './world/until.ts';

const HOUR = 3600;
const NO_ROOM = String(1e15);

const way = halfWay('meanwhile');

test('a link that is closed at the desk stops it, in plain words', { timeout: SLOW }, async () => {
  const { trainer } = way;
  const phone = await way.opens(await trainer.makesLink({ label: 'Closed meanwhile' }));
  await phone.starts();
  await phone.answersFormCheck();
  await phone.picks(FILM);
  await phone.agrees();
  await way.holds(phone);
  const row = trainer.waiting('Closed meanwhile');
  await row.getByRole('button', { name: 'Close link' }).click();
  await trainer.page.getByRole('dialog').getByRole('button', { name: 'Close link' }).click();
  await row.getByRole('button', { name: 'Ask again' }).waitFor();
  way.faults.letsThrough();
  await way.stopsWith(phone, stops['closed-meanwhile']('').title);
  expect(await way.arrived('Closed meanwhile')).toBe(null);
});

test('a link that another used up stops it, in plain words', { timeout: SLOW }, async () => {
  const { phone, link } = await way.half('Used up', FILM);
  const other = await way.world.phone();
  await other.opens(link);
  await other.starts();
  await other.picks(shortFilm());
  await other.sends();
  await other.hasArrived();
  way.faults.letsThrough();
  await way.stopsWith(phone, stops['spent-meanwhile']('').title);
  expect(await way.arrived('Used up')).toBe(await sha256(shortFilm()));
});

test('without room on the phone it says so, and arrives', { timeout: SLOW }, async () => {
  const { phone } = await way.half('No room', FILM, LITTLE_ROOM);
  await phone.page.getByText(words.sending.open).waitFor();
  way.faults.letsThrough();
  await phone.hasArrived(SLOW);
  expect(await way.arrived('No room')).toBe(await sha256(FILM));
});

test('room that is taken away in the middle costs nothing but the keeping', { timeout: SLOW }, async () => {
  const { phone } = await way.picked('Room taken', FILM);
  const came = way.faults.holdsAt(1);
  await phone.sends();
  await came;
  await way.hasRoom(phone, LITTLE_ROOM);
  way.faults.letsThrough();
  await phone.hasArrived(SLOW);
  expect(await way.arrived('Room taken')).toBe(await sha256(FILM));
});

test("a server's clock that jumps by an hour and back stops nothing", { timeout: SLOW }, async () => {
  const { phone } = await way.half('Clock', FILM);
  const { server } = way.world;
  const before = way.faults.moved;
  await server.kills();
  await server.start(HOUR);
  way.faults.letsThrough();
  await until('some more came', () => way.faults.moved > before);
  await server.kills();
  await server.start();
  await phone.hasArrived(SLOW);
  expect(await way.arrived('Clock')).toBe(await sha256(FILM));
});

test('a disk of the server that is full in the middle is waited for', { timeout: SLOW }, async () => {
  const { phone } = await way.half('Full', FILM);
  const { server } = way.world;
  await server.kills();
  await server.start(0, { LOW_WATER: NO_ROOM });
  way.faults.letsThrough();
  await phone.page.getByText(/has no room for the rest/).waitFor({ timeout: 30_000 });
  await server.kills();
  await server.start();
  await phone.hasArrived(SLOW);
  expect(await way.arrived('Full')).toBe(await sha256(FILM));
});
