/** The whole line, for real: link, phone, sealed twice, opened by the trainer, gone. */
import { openSync, readSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { desk as words, receipt as receiptWords } from '../../web/src/text/en.ts';
import { Disk } from './world/disk.ts';
import { film, sha256 } from './world/film.ts';
import { looksRight } from './world/looks.ts';
import type { Phone } from './world/phone.ts';
import { JO, type Trainer } from './world/trainer.ts';
import { until } from './world/until.ts';
import { World } from './world/world.ts';

/** The store's `reserve.rs`. */
const RESERVE = 8 * 1024 * 1024;
const BYTES = Number(process.env['DEWDROP_FILM_BYTES'] ?? 200_000_000);
const SLOW = 120_000;
const DAY = 24 * 3600;
const LABEL = 'Anna from the morning group';
const ANSWERS = {
  'Your name': 'Anna Ødegård',
  'Date of birth': '1990-04-01',
  'What do you want to reach?': 'Squat 100 kg.\nWithout pain in the knee.',
  'How much do you train today?': 'Once or twice a week',
  'How many days a week can you train?': '3.5',
  'Is there anything about your health I should know?': 'No',
  'If so, what?': null,
  'Whom should I call in an emergency?': null,
};

let world: World;
let trainer: Trainer;
let phone: Phone;
let disk: Disk;
let sheet: string;
let link: string;
let receipt: string;

beforeAll(async () => {
  film(BYTES);
  world = await World.begins();
  trainer = await world.desktop();
  phone = await world.phone();
  disk = new Disk(world.server.data);
}, SLOW);
afterAll(() => world.ends());
afterEach(() => expect(world.watch.troubles).toEqual([]));

test('the owner sets up a desk and gets a recovery sheet', async () => {
  sheet = await trainer.setsUp(world.server.setUpAddress);
  expect(sheet).toMatch(/^# dewdrop recovery v1\n# \S+ jo\.meyer\nAGE-SECRET-KEY-1/);
});

test('a link is made from a template', async () => {
  link = await trainer.makesLink({ label: LABEL, template: 'New client intake' });
  expect(link).toMatch(/\/u#[\w-]{22}\.[\w-]{22}$/);
  await trainer.waiting(LABEL).waitFor();
});

test(
  'a phone answers five kinds of questions, picks a film and sends it',
  async () => {
    await phone.opens(link);
    await phone.starts();
    await phone.answers(ANSWERS);
    await phone.picks(film(BYTES));
    await phone.agrees();
    await phone.sends();
    receipt = await phone.hasArrived(SLOW);
  },
  SLOW,
);

test('it arrives by itself, and every answer stands beside its question', async () => {
  await trainer.received(LABEL).waitFor();
  await trainer.opens(LABEL);
  const left = words.submission.unanswered;
  expect(await trainer.readsAnswers()).toEqual(
    Object.fromEntries(Object.entries(ANSWERS).map(([question, answer]) => [question, answer ?? left])),
  );
});

test(
  'the film plays at the desk and is saved under its name, byte for byte',
  async () => {
    const video = await trainer.watches(/squats/);
    expect(video.duration).toBeGreaterThan(1);
    expect(video.width).toBe(1280);
    const { path, name } = await trainer.saves(/squats/);
    expect(name).toBe(`squats-${BYTES}.mp4`);
    expect(await sha256(path)).toBe(await sha256(film(BYTES)));
    await trainer
      .file(/squats/)
      .getByText(/^.*Saved today/)
      .waitFor();
  },
  SLOW,
);

test('the receipt says that it was opened and saved', async () => {
  await phone.opens(receipt);
  await phone.heading(receiptWords.headline.saved).waitFor();
  for (const line of ['arrived', 'opened', 'saved'] as const) {
    expect(await phone.readsReceipt(line)).toContain('today');
  }
});

test('nothing of it can be read from the disk', async () => {
  const secret = link.split('#')[1] ?? '';
  const content = Buffer.alloc(4096);
  readSync(openSync(film(BYTES), 'r'), content, 0, content.length, 1_000_000);
  const typed = Object.values(ANSWERS).filter((answer) => answer !== null);
  const markers = {
    label: LABEL,
    'display name': JO.display,
    'sign-in name': JO.name,
    'file name': 'squats-',
    content,
    secret: secret.slice(0, 22),
    'raw secret': Buffer.from(secret.slice(0, 22), 'base64url'),
    receipt: receipt.split('#')[1]?.slice(0, 22) ?? '',
    'recovery key': sheet.trim().slice(-58),
    passphrase: JO.passphrase,
    ...Object.fromEntries(Object.keys(ANSWERS).map((question) => [question, question])),
    ...Object.fromEntries(typed.filter((answer) => answer.length > 4).map((answer) => [answer, answer])),
  };
  expect(disk.size()).toBeGreaterThan(BYTES);
  expect(await disk.holds(markers)).toEqual([]);
  // What is there is found: the folder's own name is part of every path.
  expect(await disk.holds({ folder: 'blobs' })).toEqual(['folder']);
});

test('a week later it is gone: for the desk, on the disk, in the index, and the receipt says so', async () => {
  world.watch.expectsBrokenConnections = true;
  await world.server.stop();
  expect([disk.directories().length, disk.keys()]).toEqual([2, 2]);
  await world.server.start(7 * DAY + 60);
  await until('the sweep has been', () => disk.directories().length === 1);
  world.watch.expectsBrokenConnections = false;
  await phone.page.reload();
  await phone.heading(receiptWords.headline.erased).waitFor();
  expect(await phone.readsReceipt('erased')).not.toBe('');
  await looksRight(phone, 'receipt-erased');

  await trainer.signsIn();
  await trainer.page.getByText(words.lists.empty).waitFor();
  expect(await trainer.asks('/api/submissions')).toEqual({ submissions: [], unreadable: 0 });
  expect(await trainer.asks('/api/links')).toEqual({ links: [], unreadable: 0 });

  // The account's own directory and key are all that is left; nothing is due any more.
  expect([disk.directories().length, disk.keys()]).toEqual([1, 1]);
  // What the store holds back so that a full disk can still be erased from stays.
  expect(disk.size() - RESERVE).toBeLessThan(5_000_000);
  await trainer.page.close();
  await world.server.stop();
  const swept = await world.terminal().dewdrop('sweep', '--data', world.server.data);
  expect(swept).toEqual({ submissions: 0, links: 0, failures: 0 });
});
