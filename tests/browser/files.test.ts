/** Files as strangers name and make them: shown safely, saved safely, by desk and terminal; and erased. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { desk as words, send as sendWords, stops } from '../../web/src/text/en.ts';
import { looksRight } from './world/looks.ts';
import type { Terminal } from './world/terminal.ts';
import type { Trainer } from './world/trainer.ts';
import { World } from './world/world.ts';

const LABEL = 'A stranger';
const SVG = '<svg xmlns="http://www.w3.org/2000/svg"><script>document.title = "taken"</script></svg>';
const HTML = '<!doctype html><script>document.title = "taken"</script>';
/** 1×1, red. */
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==',
  'base64',
);
/** What is sent: its name in the sender's browser, its type, its bytes. */
const SENT = [
  { name: '../../etc/cron.d/evil.txt', mimeType: 'text/plain', buffer: Buffer.from('path') },
  { name: 'tab\tbell\u0007line\n.txt', mimeType: 'text/plain', buffer: Buffer.from('control') },
  { name: 'film\u202egnp.exe', mimeType: 'video/mp4', buffer: Buffer.from('right to left') },
  { name: `${'long '.repeat(200)}.txt`, mimeType: 'text/plain', buffer: Buffer.from('thousand') },
  { name: 'drawing.svg', mimeType: 'image/svg+xml', buffer: Buffer.from(SVG) },
  { name: 'page.html', mimeType: 'text/html', buffer: Buffer.from(HTML) },
  { name: 'page.png', mimeType: 'image/png', buffer: Buffer.from(HTML) },
  { name: 'dot.png', mimeType: 'image/png', buffer: PNG },
];
const UNSAFE = /[\p{Cc}\p{Cf}/\\]/u;

let world: World;
let trainer: Trainer;
let terminal: Terminal;

beforeAll(async () => {
  world = await World.begins();
  trainer = await world.desktop();
  terminal = world.terminal();
  await trainer.setsUp(world.server.setUpAddress);
  await terminal.signsIn(world.server.url);
  const phone = await world.phone();
  await phone.opens(await trainer.makesLink({ label: LABEL }));
  await phone.starts();
  await phone.answersOne('Which exercise is it?', '<img src=x onerror="document.title=1">');
  for (let rest = 0; rest < 4; rest += 1) {
    await phone.page
      .getByText(sendWords.answer.count(rest + 2, 5))
      .first()
      .waitFor();
    await phone.button(sendWords.answer.skip).tap();
  }
  const opens = phone.page.waitForEvent('filechooser');
  await phone.button(sendWords.film.choose).tap();
  await (await opens).setFiles(SENT);
  await phone.agrees();
  await looksRight(phone, 'send-20-strange-files');
  await phone.sends();
  await phone.hasArrived();
});
afterAll(() => world.ends());
afterEach(() => expect(world.watch.troubles).toEqual([]));

test('the desk shows strange files safely, and saves each under a name that is safe', async () => {
  await trainer.opens(LABEL);
  await trainer.page.locator('img').first().waitFor();
  await looksRight(trainer, 'desk-40-strange-files');
  const cards = await trainer.page.locator('article').all();
  expect(cards).toHaveLength(SENT.length);
  const names = new Set<string>();
  for (const [at, card] of cards.entries()) {
    const { path, name } = await trainer.downloads(card.getByRole('button', { name: /^Save/ }));
    expect(name).not.toMatch(UNSAFE);
    expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255);
    expect(readFileSync(path)).toEqual(SENT[at]?.buffer);
    names.add(name);
  }
  expect(names.size).toBe(SENT.length);
  // Only what is a picture by its bytes is one on the page; nothing ran.
  expect(await trainer.page.locator('img').count()).toBe(1);
  expect(await trainer.page.locator('iframe, object, embed').count()).toBe(0);
  expect(await trainer.page.title()).toContain('Dewdrop');
  expect((await trainer.readsAnswers())['Which exercise is it?']).toContain('<img src=x');
  await trainer.goesBack();
});

test('a terminal saves the same files inside the folder it was told', async () => {
  const outside = terminal.at('outside');
  mkdirSync(outside);
  writeFileSync(join(outside, 'untouched'), '');
  const to = join(outside, 'a/b/c');
  const { submissions } = await terminal.dewdrop<{ submissions: { files: { path: string }[] }[] }>(
    ...['fetch', '--all', '--to', to, '--passphrase-file', terminal.passphrase()],
  );
  const paths = submissions.flatMap(({ files }) => files.map(({ path }) => path));
  expect(paths.map((path) => readFileSync(path))).toEqual(SENT.map(({ buffer }) => buffer));
  for (const path of paths) {
    expect(path.startsWith(`${to}/`)).toBe(true);
    expect(path.slice(to.length + 1).split('/')).toHaveLength(2);
    expect(path.split('/').at(-1)).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  }
  expect(readdirSync(outside).sort()).toEqual(['a', 'untouched']);
});

test('an erasure can be taken back for ten seconds, and then not', async () => {
  await trainer.opens(LABEL);
  await trainer.page.getByRole('button', { name: words.submission.erase }).first().click();
  const keep = trainer.page.getByRole('button', { name: words.submission.keep, exact: true });
  await keep.first().waitFor();
  await looksRight(trainer, 'desk-41-erasing');
  await keep.first().click();
  await keep.first().waitFor({ state: 'detached' });
  await trainer.page.getByRole('button', { name: words.submission.erase }).first().click();
  await trainer.heading(words.submission.erased).waitFor({ timeout: 20_000 });
  await looksRight(trainer, 'desk-42-erased');
  await trainer.page.getByRole('button', { name: words.submission.toList }).click();
  await trainer.received(LABEL).waitFor({ state: 'detached' });
});

test('the maker, its folds, the ready link and the lists look right, also in a pocket', async () => {
  const { page } = trainer;
  await page.getByRole('button', { name: words.lists.ask }).first().click();
  await looksRight(trainer, 'desk-20-maker');
  for (const title of [words.maker.texts, words.maker.times, words.maker.consent])
    await trainer.unfold(title);
  await page.getByLabel(words.maker.greeting, { exact: true }).fill('Anna Schmidt, how is your diabetes?');
  await page.getByText(words.maker.doubts.title).first().waitFor();
  await looksRight(trainer, 'desk-21-doubts');
  await page.getByRole('button', { name: words.maker.make }).click();
  await trainer.heading(words.ready.title).waitFor();
  await looksRight(trainer, 'desk-22-ready');
  await page.getByRole('button', { name: words.ready.done }).click();
  await trainer.isOpen();
  await looksRight(trainer, 'desk-23-lists');
  const pocket = await world.pocketDesk();
  await pocket.signsIn();
  await pocket.page.getByText(words.lists.waiting, { exact: true }).waitFor();
});

test('a disk without room says so before the first byte', async () => {
  const full = await World.begins({ settings: { LOW_WATER: String(2 ** 60) } });
  try {
    const owner = await full.desktop();
    await owner.setsUp(full.server.setUpAddress);
    const phone = await full.phone();
    await phone.opens(await owner.makesLink({ label: 'Full' }));
    await phone.starts();
    await phone.answersOne('Which exercise is it?', 'Squats');
    for (let rest = 0; rest < 4; rest += 1) {
      await phone.page
        .getByText(sendWords.answer.count(rest + 2, 5))
        .first()
        .waitFor();
      await phone.button(sendWords.answer.skip).tap();
    }
    await phone.picks(terminal.writes('small.mp4', 'small'));
    await phone.agrees();
    await phone.sends();
    await phone.heading(stops['disk-full'].title).waitFor();
    expect(full.watch.troubles).toEqual([]);
  } finally {
    await full.ends();
  }
});

test('an expired link says that its time is over', async () => {
  const link = await trainer.makesLink({ label: 'Short', open: '1 hour' });
  world.watch.expectsBrokenConnections = true;
  await world.server.stop();
  await world.server.start(2 * 3600);
  const phone = await world.phone();
  await phone.opens(link);
  await phone.heading(stops.expired('').title).waitFor();
  await looksRight(phone, 'stop-expired');
});
