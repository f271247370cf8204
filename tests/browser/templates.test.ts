/** Templates: written at the desk by keyboard, carried as a file, asked on a phone in every way, read at the desk. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { builder as words, desk, send } from '../../web/src/text/en.ts';
import { looksRight } from './world/looks.ts';
import type { Phone } from './world/phone.ts';
import type { Terminal } from './world/terminal.ts';
import type { Trainer } from './world/trainer.ts';
import { until } from './world/until.ts';
import { World } from './world/world.ts';
import { fitsZoomed } from './world/zoom.ts';

const NAME = 'Progress, every four weeks';
const COUNTRIES = ['Austria', 'Belgium', 'Chile', 'Denmark', 'Estonia', 'Finland', 'Ghana', 'Österreich'];
const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

let world: World;
let trainer: Trainer;
let phone: Phone;
let terminal: Terminal;
let link: string;
let file: string;

beforeAll(async () => {
  world = await World.begins();
  trainer = await world.desktop();
  phone = await world.phone();
  terminal = world.terminal();
});
afterAll(() => world.ends());
afterEach(() => expect(world.watch.troubles).toEqual([]));

const button = (name: string | RegExp) => trainer.page.getByRole('button', { name, exact: true });
const press = (...keys: string[]) =>
  keys.reduce((done, key) => done.then(() => trainer.page.keyboard.press(key)), Promise.resolve());
const order = async () =>
  (await trainer.page.locator('ol .handle').all()).length === 0
    ? []
    : trainer.page.locator('ol summary .title').allInnerTexts();
const saved = () => trainer.page.getByText(words.saved.saved, { exact: true }).waitFor();

/** Adds a question by keys alone; leaves the focus on the field that says how it is answered. */
async function asks(text: string, kind: keyof typeof desk.question.kinds): Promise<void> {
  await button(desk.question.add).focus();
  await press('Enter');
  await trainer.page.keyboard.type(text);
  await press('Tab', 'Tab');
  await trainer.page.keyboard.type(desk.question.kinds[kind]);
}

async function shows(text: string): Promise<void> {
  await trainer.page.locator('.phone .asked', { hasText: text }).waitFor();
}

test('a template with every kind of question is written by keyboard, beside what a client will see', async () => {
  const { page } = trainer;
  await trainer.setsUp(world.server.setUpAddress);
  await button(desk.templates).click();
  await trainer.heading(words.title).waitFor();
  await looksRight(trainer, 'templates-01-none');
  await button(words.make).first().click();
  await page.getByLabel(words.name, { exact: true }).fill(NAME);

  await asks('Your name', 'short');
  await shows('Your name');
  await asks('How did the weeks go?', 'long');
  await asks('Any pain?', 'yes-no');
  await asks('Which side?', 'choice');
  await press('Tab');
  await page.keyboard.type('Left');
  await press('Enter');
  await page.keyboard.type('Right');
  await asks('Where did you train?', 'choices');
  await press('Tab');
  await page.evaluate((text) => navigator.clipboard.writeText(text), COUNTRIES.join('\n'));
  await press('Control+v');
  await expect.poll(() => page.getByPlaceholder(desk.question.choice(8)).inputValue()).toBe('Österreich');
  await shows('Where did you train?');
  await page.locator('.phone').getByRole('searchbox').waitFor();
  await asks('Body weight', 'number');
  await press('Tab');
  await page.keyboard.type('30');
  await press('Tab');
  await page.keyboard.type('250');
  await press('Tab');
  await page.keyboard.type('kg');
  await asks('How hard was it?', 'scale');
  await press('Tab');
  await page.keyboard.type('a walk');
  await press('Tab');
  await page.keyboard.type('not one more');
  await asks('First day', 'date');
  for (const side of ['Front', 'Side', 'Back']) {
    await asks(side, 'file');
    await press('Tab', 'ArrowDown', 'ArrowDown');
  }
  await button(desk.question.addSection).focus();
  await press('Enter');
  await page.keyboard.type('Pictures');
  await saved();
  await looksRight(trainer, 'templates-02-builder');
});

test('questions are put in order by keys and by dragging, and it is read out', async () => {
  const { page } = trainer;
  const handle = (text: string) => button(desk.question.handle(text));
  await handle('Pictures').focus();
  await press('ArrowUp', 'ArrowUp', 'ArrowUp');
  await page.getByText(desk.question.nowAt('Pictures', 9, 12)).waitFor();
  expect(await handle('Pictures').evaluate((element) => element === document.activeElement)).toBe(true);
  expect((await order()).slice(-4)).toEqual(['Pictures', 'Front', 'Side', 'Back']);

  await page.locator('ol details[open] > summary').click();
  await handle('How did the weeks go?').evaluate((element) => element.scrollIntoView({ block: 'center' }));
  const [from, to] = [await handle('Any pain?').boundingBox(), await handle('Your name').boundingBox()];
  if (!from || !to) throw new Error('no handle');
  await page.mouse.move(from.x + 10, from.y + 10);
  await page.mouse.down();
  for (let y = from.y; y > to.y - 4; y -= 12) await page.mouse.move(from.x + 10, y);
  await page.mouse.up();
  await page.getByText(desk.question.nowAt('Any pain?', 1, 12)).waitFor();
  expect((await order()).slice(0, 3)).toEqual(['Any pain?', 'Your name', 'How did the weeks go?']);
});

test('what is taken away comes back where it was', async () => {
  const { page } = trainer;
  await page.locator('ol summary', { hasText: 'Which side?' }).click();
  await button(desk.question.remove(4)).click();
  await page.getByText(desk.question.taken('Which side?')).waitFor();
  expect(await order()).toHaveLength(11);
  await press('Enter');
  await expect.poll(order).toHaveLength(12);
  expect((await order())[3]).toBe('Which side?');
  await saved();
});

test('nothing is lost by a reload, and everything fits at 200 %', async () => {
  const before = await order();
  await trainer.page.reload();
  await trainer.unlocks();
  await trainer.heading(NAME).waitFor();
  expect(await order()).toEqual(before);
  await fitsZoomed(trainer, 'templates-02-builder');
});

test('a template is exported and imported; files that are none get one sentence and change nothing', async () => {
  const { page } = trainer;
  const exported = await trainer.downloads(button(words.export));
  expect(exported.name).toBe(`${NAME}.json`);
  const json = readFileSync(exported.path, 'utf8');
  file = terminal.writes('template.json', json);
  await button(desk.back).click();
  await trainer.heading(words.title).waitFor();
  await button(words.remove).click();
  await page.getByText(words.removed(NAME)).waitFor();
  await page.getByText(words.none).waitFor();

  const takes = async (name: string, bytes: string | Buffer) => {
    const opens = page.waitForEvent('filechooser');
    await button(words.import).click();
    await (await opens).setFiles({ name, mimeType: 'application/json', buffer: Buffer.from(bytes) });
  };
  for (const [bytes, said] of [
    [json.slice(0, 500), words.wrongFile.json],
    [json.replace('"v": 1', '"v": 2'), words.wrongFile.newer],
    [json.replace('"kind": "date"', '"kind": "signature"'), words.wrongFile.newer],
    ['{"name": "package", "version": "1.0.0"}', words.wrongFile.malformed],
    [Buffer.alloc(5_000_000, 32), words.wrongFile['too-large']],
  ] as const) {
    await takes('bad.json', bytes);
    await page.getByText(said).waitFor();
    await page.getByText(words.none).waitFor();
  }
  await looksRight(trainer, 'templates-03-refused');
  await takes('template.json', json);
  await trainer.heading(NAME).waitFor();
  await saved();
  const again = JSON.parse(
    readFileSync((await trainer.downloads(button(words.export))).path, 'utf8'),
  ) as object;
  expect({ ...again, id: '' }).toEqual({ ...(JSON.parse(json) as object), id: '' });
});

test('a link is made from it', async () => {
  const { page } = trainer;
  await button(words.use).click();
  await trainer.heading(desk.maker.title).waitFor();
  expect(await page.getByRole('radio', { name: NAME }).isChecked()).toBe(true);
  await page.getByLabel(desk.maker.label).fill('Anna');
  await looksRight(trainer, 'templates-04-maker');
  await page.getByRole('button', { name: desk.maker.make }).click();
  await trainer.heading(desk.ready.title).waitFor();
  link = await trainer.copiesLink();
});

const next = () =>
  phone.button(new RegExp(`^(${send.answer.next}|${send.answer.skip}|${send.answer.save})$`)).tap();
const gives = async (name: string) => {
  const opens = phone.page.waitForEvent('filechooser');
  await phone.button(send.answer.chooseFile).tap();
  await (await opens).setFiles({ name, mimeType: 'image/png', buffer: PIXEL });
  await phone.page.getByText(name).waitFor();
};

test('a phone answers every kind; what does not fit is said in plain words', async () => {
  const { page } = phone;
  await phone.opens(link);
  await page.getByText('asks you for 3 pictures and 8 answers').waitFor();
  await phone.starts();
  await phone.answersOne('Any pain?', null);
  await phone.answersOne('Your name', 'Anna');
  await phone.answersOne('How did the weeks go?', 'Well.\nMostly.');
  await phone.answersOne('Which side?', 'Left');
  await page.getByRole('searchbox').fill('oster');
  await page.getByRole('checkbox', { name: 'Österreich' }).check();
  await page.getByRole('searchbox').fill('');
  await page.getByRole('checkbox', { name: 'Chile' }).check();
  await looksRight(phone, 'templates-05-several');
  await fitsZoomed(phone, 'templates-05-several');
  await next();
  await page.locator('form input').fill('12');
  await next();
  await page.getByText('That is outside of what is asked. From 30 kg to 250 kg.').waitFor();
  await looksRight(phone, 'templates-06-number');
  await page.locator('form input').fill('71,5');
  await next();
  await page.getByRole('radio', { name: '7', exact: true }).check();
  await looksRight(phone, 'templates-07-scale');
  await fitsZoomed(phone, 'templates-07-scale');
  await next();
  await phone.heading('First day').waitFor();
  await looksRight(phone, 'templates-08-date');
  // A day half typed is not left out unseen.
  await page.locator('input[type=date]').focus();
  await page.keyboard.type('29');
  await next();
  await page.getByText(send.answer.complaint('no-day', undefined, undefined, '')).waitFor();
  await page.locator('input[type=date]').fill('2024-02-29');
  await next();
  await phone.heading('Front').waitFor();
  await page.getByText('Pictures').waitFor();
  await gives('front.png');
  await looksRight(phone, 'templates-09-file');
  await next();
});

test('a reload keeps the answers, and says which pictures have to be picked again', async () => {
  const { page } = phone;
  await phone.heading('Side').waitFor();
  await phone.reloads();
  await phone.heading('Side').waitFor();
  await gives('side.png');
  await next();
  await next();
  // The check is not shown before what was lost is picked again or given up.
  await phone.heading('Front').waitFor();
  await page.getByText(send.answer.complaint('lost-file', undefined, undefined, '')).waitFor();
  await gives('front.png');
});

test('the check shows every answer and file beside its question, and the desk reads them', async () => {
  const { page } = phone;
  for (let i = 0; i < 3; i += 1) await next();
  await phone.heading(send.check.headline).waitFor();
  await looksRight(phone, 'templates-10-check');
  const said = await page.locator('dl > div', { hasText: 'How hard was it?' }).innerText();
  expect(said).toContain('7 of 10');
  expect(await page.locator('dl > div', { hasText: 'Front' }).innerText()).toContain('front.png');
  await phone.sends();
  await phone.hasArrived();
  await trainer.goesBack();
  await trainer.received('Anna').waitFor();
  await trainer.opens('Anna');
  expect(await trainer.readsAnswers()).toMatchObject({
    'Any pain?': desk.submission.unanswered,
    'Your name': 'Anna',
    'How did the weeks go?': 'Well.\nMostly.',
    'Which side?': 'Left',
    'Where did you train?': 'Chile\nÖsterreich',
    'Body weight': '71.5 kg',
    'How hard was it?': '7 of 10',
    'First day': '29 February 2024',
    Front: 'front.png',
    Side: 'side.png',
    Back: desk.submission.noFile,
  });
  await trainer.file('front.png').getByText(desk.submission.answersTo('Front')).waitFor();
  await looksRight(trainer, 'templates-11-answers');
});

test('the terminal asks with the same file, and writes what was answered in words', async () => {
  await terminal.signsIn(world.server.url);
  const { url } = await terminal.dewdrop<{ url: string }>(
    'link',
    '--template',
    file,
    '--passphrase-file',
    terminal.passphrase(),
  );
  expect(url).toContain('/u#');
  const { submissions } = await terminal.dewdrop<{ submissions: { answers: string }[] }>(
    'fetch',
    '--to',
    terminal.at('in'),
    '--passphrase-file',
    terminal.passphrase(),
  );
  const kept = JSON.parse(
    readFileSync(join(terminal.at('in'), submissions[0]?.answers.split('in/')[1] ?? ''), 'utf8'),
  ) as {
    answers: { question: string; text: string }[];
    files: { name: string; asked: string }[];
  };
  const text = (question: string) => kept.answers.find((one) => one.question === question)?.text;
  expect([text('Where did you train?'), text('How hard was it?')]).toEqual(['Chile, Österreich', '7 of 10']);
  expect(kept.files.map(({ name, asked }) => [name, asked])).toContainEqual(['front.png', 'Front']);
});

test('a template that can not be saved yet is saved once the server is back, and two desks lose nothing', async () => {
  const { page } = trainer;
  await trainer.goesBack();
  await button(desk.templates).click();
  await button(words.edit(NAME)).click();
  world.watch.expectsBrokenConnections = true;
  await world.server.stop();
  await page.getByLabel(desk.maker.greeting, { exact: true }).fill('Hello Anna');
  await page.getByText(words.saved.failed).waitFor();
  await looksRight(trainer, 'templates-12-not-saved');
  await world.server.start();
  await saved();
  world.watch.expectsBrokenConnections = false;

  const other = await world.desktop();
  await other.signsIn();
  await other.page.getByRole('button', { name: desk.templates, exact: true }).click();
  await other.page.getByRole('button', { name: words.edit(NAME) }).click();
  await page.getByLabel(desk.maker.instructions, { exact: true }).fill('Here');
  await saved();
  await other.page.getByLabel(desk.maker.instructions, { exact: true }).fill('There');
  await other.page.getByText(words.keptBoth(words.keptBeside(NAME))).waitFor();
  await until('both are kept', async () => {
    await other.page.getByRole('button', { name: desk.back, exact: true }).click();
    return (await other.page.getByRole('button', { name: /^Change / }).count()) === 2;
  });
  await other.page.context().close();
});
