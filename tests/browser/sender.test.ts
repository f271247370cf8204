/** Someone who sends: every screen, coming back after a reload, and links that do not lead on. */
import { closeSync, ftruncateSync, openSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { receipt as receiptWords, send as words, stops } from '../../web/src/text/en.ts';
import { Between } from './world/between.ts';
import { shortFilm } from './world/film.ts';
import { looksRight } from './world/looks.ts';
import { EXERCISE, type Phone } from './world/phone.ts';
import type { Trainer } from './world/trainer.ts';
import { World } from './world/world.ts';

let world: World;
let between: Between;
let trainer: Trainer;
const people: Phone[] = [];

beforeAll(async () => {
  world = await World.begins();
  between = await Between.stands(world.server.url);
  trainer = await world.desktop(between.url);
  await trainer.setsUp(world.server.setUpAddress.replace(world.server.url, between.url));
});
afterAll(async () => {
  await world.ends();
  await between.leaves();
});
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await world.photographs('sender');
  between.isHonest();
  for (const phone of people.splice(0)) await phone.page.context().close();
  expect(world.watch.troubles).toEqual([]);
});

async function someone(): Promise<Phone> {
  const phone = await world.phone();
  people.push(phone);
  return phone;
}

async function answered(link: string): Promise<Phone> {
  const phone = await someone();
  await phone.opens(link);
  await phone.starts();
  await phone.answersFormCheck();
  return phone;
}

async function fillsAndSends(phone: Phone): Promise<void> {
  await phone.picks(shortFilm());
  await phone.agrees();
  await phone.sends();
}

test('every screen from asked to arrived looks right, and says what is missing', async () => {
  const phone = await someone();
  await phone.opens(await trainer.makesLink({ label: 'Screens', template: 'New client intake' }));
  await phone.isAsked();
  expect(phone.page.url()).not.toContain('#');
  await looksRight(phone, 'send-01-asked');
  await phone.starts();
  await phone.button(words.answer.next).tap();
  await phone.page.getByText(words.answer.complaint('missing', undefined, undefined, '')).waitFor();
  await looksRight(phone, 'send-02-short');
  await phone.answers({
    'Your name': 'Cleo',
    'Date of birth': null,
    'What do you want to reach?': 'To stand well.',
  });
  await phone.heading('How much do you train today?').waitFor();
  await looksRight(phone, 'send-03-choice');
  await phone.answersOne('How much do you train today?', 'Now and then');
  await phone.page.locator('form input').fill('many');
  await phone.button(words.answer.next).tap();
  await phone.page.getByText(words.answer.complaint('no-number', undefined, undefined, '')).waitFor();
  await looksRight(phone, 'send-04-number');
  await phone.answersOne('How many days a week can you train?', '2');
  await looksRight(phone, 'send-05-yes-no');
  await phone.answers({
    'Is there anything about your health I should know?': 'Yes',
    'If so, what?': 'A knee.',
    'Whom should I call in an emergency?': null,
  });
  await phone.heading(words.film.headline).waitFor();
  await looksRight(phone, 'send-06-film');
  await phone.picks(shortFilm());
  await phone.heading(words.check.headline).waitFor();
  await phone.sends();
  await phone.page.getByText(words.check.consentMissing).waitFor();
  await looksRight(phone, 'send-07-check');
  await phone.agrees();
  const held = between.holds(/PATCH/);
  await phone.sends();
  await held.came;
  await looksRight(phone, 'send-08-sending');
  held.release();
  const receipt = await phone.hasArrived();
  await looksRight(phone, 'send-09-arrived');
  await phone.opens(receipt);
  await phone.heading(receiptWords.headline.arrived).waitFor();
  await looksRight(phone, 'receipt-01-arrived');
});

test('a reload while something is typed and while it is sent loses no answer', async () => {
  const phone = await answered(await trainer.makesLink({ label: 'Reloaded' }));
  await phone.picks(shortFilm());
  await phone.heading(words.check.headline).waitFor();
  await phone.reloads();
  await phone.page.getByText(words.film.again).waitFor();
  await looksRight(phone, 'send-10-again');
  // Where there is no room to keep it, it has to be picked again.
  await phone.hasNoRoom();
  const held = between.holds(/PATCH/);
  await fillsAndSends(phone);
  await held.came;
  await phone.reloads();
  held.cut();
  between.isHonest();
  await phone.page.getByText(words.film.again).waitFor();
  await looksRight(phone, 'send-10-pick-again');
  await fillsAndSends(phone);
  await phone.hasArrived();
  await trainer.received('Reloaded').waitFor();
  await trainer.opens('Reloaded');
  expect((await trainer.readsAnswers())[EXERCISE]).toBe('Squats');
  await trainer.goesBack();
});

test('a connection that drops goes on by itself', async () => {
  const phone = await answered(await trainer.makesLink({ label: 'Tunnel' }));
  between.cuts(/PATCH/);
  world.watch.expectsBrokenConnections = true;
  await fillsAndSends(phone);
  await phone.page.getByText(/^The connection dropped at/).waitFor();
  await looksRight(phone, 'send-11-dropped');
  between.isHonest();
  await phone.hasArrived();
  world.watch.expectsBrokenConnections = false;
});

test('cancelling asks, erases what was sent, and keeps the answers', async () => {
  const phone = await answered(await trainer.makesLink({ label: 'Cancelled' }));
  const held = between.holds(/PATCH/);
  world.watch.expectsBrokenConnections = true;
  await fillsAndSends(phone);
  await held.came;
  await phone.button(words.sending.cancel).tap();
  await phone.page.getByText(words.sending.cancelText).waitFor();
  await looksRight(phone, 'send-12-cancel');
  await phone.button(words.sending.cancelYes).tap();
  held.cut();
  between.isHonest();
  await phone.heading(words.check.headline).waitFor();
  await phone.page.getByText('Squats').first().waitFor();
  await phone.sends();
  await phone.hasArrived();
  world.watch.expectsBrokenConnections = false;
});

test('a spent link tells the browser that sent, and others how to get a new one', async () => {
  const link = await trainer.makesLink({ label: 'Spent' });
  const phone = await answered(link);
  await fillsAndSends(phone);
  await phone.hasArrived();
  await phone.opens('about:blank');
  await phone.opens(link);
  await phone.heading(stops['spent-here']('').title).waitFor();
  await looksRight(phone, 'stop-spent-here');
  const other = await someone();
  await other.opens(link);
  await other.heading(stops.spent('').title).waitFor();
  await looksRight(other, 'stop-spent');
});

test('a link that a gateway mangled is repaired', async () => {
  const link = await trainer.makesLink({ label: 'Mangled' });
  for (const mangled of [link.replace('#', '%23'), link.replace('#', '%2523')]) {
    const phone = await someone();
    await phone.opens(mangled);
    await phone.isAsked();
    expect(phone.page.url()).toBe(`${between.url}/u`);
  }
});

test('a link that is cut off, doubled, altered, unknown or missing is refused with the reason', async () => {
  const link = await trainer.makesLink({ label: 'Broken' });
  const [place = '', fragment = ''] = link.split('#');
  const other = (await trainer.makesLink({ label: 'Other' })).split('#')[1] ?? '';
  const [secret = '', fingerprint = ''] = fragment.split('.');
  const wrong = `${secret}.${other.split('.')[1]}`;
  const unknown = `${Buffer.alloc(16, 9).toString('base64url')}.${fingerprint}`;
  const cases: [string, string, string][] = [
    [`${place}#${fragment.slice(0, -5)}`, stops['cut-off'].title, 'cut-off'],
    [`${place}#${secret.slice(0, -1)}!.${fingerprint}`, stops.malformed.title, 'malformed'],
    [`${place}#${wrong}`, stops['wrong-fingerprint'].title, 'other-fingerprint'],
    [`${place}#${unknown}`, stops.unknown.title, 'unknown'],
    [place, stops.missing.title, 'missing'],
  ];
  for (const [url, title, name] of cases) {
    const phone = await someone();
    await phone.opens(url);
    await phone.heading(title).waitFor();
    await looksRight(phone, `stop-${name}`);
  }
  const doubled = await someone();
  await doubled.opens(link + link);
  await doubled.isAsked();
});

test('a closed link says that it was closed', async () => {
  const link = await trainer.makesLink({ label: 'Closed' });
  const row = trainer.waiting('Closed');
  await row.getByRole('button', { name: 'Close link' }).click();
  await trainer.page.getByRole('dialog').getByRole('button', { name: 'Close link' }).click();
  await row.getByRole('button', { name: 'Ask again' }).waitFor();
  const phone = await someone();
  await phone.opens(link);
  await phone.heading(stops.closed('').title).waitFor();
  await looksRight(phone, 'stop-closed');
});

test('what is too large is said before anything is sent', async () => {
  const phone = await answered(await trainer.makesLink({ label: 'Large' }));
  const path = world.terminal().writes('five-gigabytes.mp4', '');
  const file = openSync(path, 'r+');
  ftruncateSync(file, 5 * 1024 ** 3);
  closeSync(file);
  await phone.picks(path);
  await phone.page.getByText(/and this link takes/).waitFor();
  await looksRight(phone, 'send-13-too-large');
});

const refusals = [
  [507, 'disk-full'],
  [413, 'too-large'],
  [429, 'link-busy'],
] as const;
for (const [status, type] of refusals) {
  test(`${status} before the first byte is said in plain words, and the answers stay`, async () => {
    const phone = await answered(await trainer.makesLink({ label: type }));
    between.asked.splice(0);
    between.refuses(/PUT \/api\/submissions\//, status, type);
    await fillsAndSends(phone);
    await phone.heading(stops[type].title).waitFor({ timeout: 40_000 });
    expect(between.asked.filter((asked) => asked.startsWith('PATCH'))).toEqual([]);
    await looksRight(phone, `stop-${type}`);
  });
}

test('the sender erases it, and nobody has it any more', async () => {
  const phone = await answered(await trainer.makesLink({ label: 'Taken back' }));
  await fillsAndSends(phone);
  await phone.opens(await phone.hasArrived());
  await trainer.received('Taken back').waitFor();
  await phone.button(receiptWords.erase).tap();
  await phone.page.getByText(receiptWords.eraseText).waitFor();
  await looksRight(phone, 'receipt-02-erase');
  await phone.button(receiptWords.eraseYes).tap();
  await phone.heading(receiptWords.headline.erased).waitFor();
  await trainer.received('Taken back').waitFor({ state: 'detached' });
});
