/** The whole line, for real: link, phone, sealed twice, opened by the trainer. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { desk as words } from '../../web/src/text/en.ts';
import { film, sha256 } from './world/film.ts';
import type { Phone } from './world/phone.ts';
import type { Trainer } from './world/trainer.ts';
import { World } from './world/world.ts';

const BYTES = Number(process.env['DEWDROP_FILM_BYTES'] ?? 200_000_000);
const SLOW = 120_000;

let world: World;
let trainer: Trainer;
let phone: Phone;
let sheet: string;
let link: string;
let receipt: string;

beforeAll(async () => {
  world = await World.begins();
  trainer = await world.desktop();
  phone = await world.phone();
});
afterAll(() => world.ends());
afterEach(() => expect(world.watch.troubles).toEqual([]));

test('the owner sets up a desk and gets a recovery sheet', async () => {
  sheet = await trainer.setsUp(world.server.setUpAddress);
  expect(sheet).toMatch(/^# dewdrop recovery v1\n# \S+ jo\.meyer\nAGE-SECRET-KEY-1/);
});

test('a link is made from a template', async () => {
  link = await trainer.makesLink({ label: 'Anna, intake', template: 'New client intake' });
  expect(link).toMatch(/\/u#[\w-]{22}\.[\w-]{22}$/);
  await trainer.waiting('Anna, intake').waitFor();
});

test(
  'a phone answers, picks a film and sends it',
  async () => {
    await phone.opens(link);
    await phone.starts();
    await phone.answers({
      'Your name': 'Anna Ødegård',
      'Date of birth': '1990-04-01',
      'What do you want to reach?': 'Squat 100 kg.\nWithout pain.',
      'How much do you train today?': 'Once or twice a week',
      'How many days a week can you train?': '3.5',
      'Is there anything about your health I should know?': 'No',
      'If so, what?': null,
      'Whom should I call in an emergency?': null,
    });
    await phone.picks(film(BYTES));
    await phone.agrees();
    await phone.sends();
    receipt = await phone.hasArrived(SLOW);
  },
  SLOW,
);

test(
  'it arrives by itself, is opened, watched and saved, byte for byte',
  async () => {
    await trainer.received('Anna, intake').waitFor();
    await trainer.opens('Anna, intake');
    expect(await trainer.readsAnswers()).toMatchObject({ 'Your name': 'Anna Ødegård' });
    const saved = await trainer.saves(/squats/);
    expect(await sha256(saved)).toBe(await sha256(film(BYTES)));
    await trainer
      .file(/squats/)
      .getByText(words.submission.saved)
      .waitFor();
  },
  SLOW,
);

test('the receipt says that it was opened and saved', async () => {
  await phone.opens(receipt);
  expect(await phone.readsReceipt('saved')).toContain('today');
});
