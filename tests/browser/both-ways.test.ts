/** Two implementations of one format, and age itself: each opens what the other sealed. */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { sha256, shortFilm } from './world/film.ts';
import type { Terminal } from './world/terminal.ts';
import { JO, type Trainer } from './world/trainer.ts';
import { World } from './world/world.ts';

const FROM_PHONE = 'Sent by a phone';
const FROM_TERMINAL = 'Sent by a terminal';
const NOTES = 'notes: knee ok\n';

interface Listed {
  submissions: { id: string; label: { label: string } | string }[];
}
interface Fetched {
  submissions: { label: string; answers: string; files: { name: string; path: string }[] }[];
}

let world: World;
let trainer: Trainer;
let terminal: Terminal;
let sheet: string;

beforeAll(async () => {
  world = await World.begins();
  trainer = await world.desktop();
  terminal = world.terminal();
  sheet = terminal.writes('sheet.txt', await trainer.setsUp(world.server.setUpAddress));
  await terminal.signsIn(world.server.url);
});
afterAll(() => world.ends());
afterEach(() => expect(world.watch.troubles).toEqual([]));

test('a terminal opens what a phone sealed', async () => {
  const phone = await world.phone();
  await phone.opens(await trainer.makesLink({ label: FROM_PHONE }));
  await phone.starts();
  await phone.answers({
    'Which exercise is it?': 'Squat, “low bar” 🏋️',
    'How much weight?': '72.5',
    'Sets and repetitions': '3 × 5',
    'How hard was it, from 1 to 10?': null,
    'What should I look at?': 'Left knee.\nIt clicks.',
  });
  await phone.picks(shortFilm());
  await phone.agrees();
  await phone.sends();
  await phone.hasArrived();

  const { submissions } = await terminal.dewdrop<Fetched>(
    'fetch',
    '--to',
    terminal.at('fetched'),
    ...secretly(),
  );
  expect(submissions.map(({ label, files }) => [label, ...files.map(({ name }) => name)])).toEqual([
    [FROM_PHONE, 'short.mp4'],
  ]);
  const [sent] = submissions;
  expect(await sha256(sent?.files[0]?.path ?? '')).toBe(await sha256(shortFilm()));
  expect(readFileSync(sent?.answers ?? '', 'utf8')).toContain('Squat, “low bar” 🏋️');
  // The desk hears of it.
  await trainer.received(FROM_PHONE).getByText('saved').waitFor();
});

test('a desk opens what a terminal sealed, through a link that a terminal made', async () => {
  const template = terminal.writes(
    'template.json',
    JSON.stringify({
      greeting: 'Hello from a terminal.',
      questions: [
        { id: 'how', kind: 'long', text: 'How did it go?', help: '', required: true, choices: [] },
        { id: 'kg', kind: 'number', text: 'How many kilograms?', help: '', required: false, choices: [] },
      ],
    }),
  );
  const { url } = await terminal.dewdrop<{ url: string }>(
    ...['link', '--for', FROM_TERMINAL, '--retention', '1h', '--template', template, ...secretly()],
  );
  const answers = terminal.writes('answers.json', JSON.stringify({ how: 'Well.', kg: 100 }));
  const notes = terminal.writes('notes.txt', NOTES);
  const link = terminal.writes('link.txt', url);
  const sent = await terminal.dewdrop<{ receipt: string }>(
    ...['send', `@${link}`, notes, shortFilm(), '--answers', answers],
  );

  await trainer.opens(FROM_TERMINAL);
  expect(await trainer.readsAnswers()).toEqual({ 'How did it go?': 'Well.', 'How many kilograms?': '100' });
  expect((await trainer.watches('short.mp4')).duration).toBeCloseTo(2, 0);
  expect(readFileSync((await trainer.saves('notes.txt')).path, 'utf8')).toBe(NOTES);
  expect(await sha256((await trainer.saves('short.mp4')).path)).toBe(await sha256(shortFilm()));
  await trainer.goesBack();

  const phone = await world.phone();
  await phone.opens(sent.receipt);
  await phone.heading('It was opened and saved.').waitFor();
});

test("age opens both from the recovery sheet, through the link's card", async () => {
  const { submissions } = await terminal.dewdrop<Listed>('list', ...secretly());
  expect(submissions).toHaveLength(2);
  for (const { id } of submissions) {
    const folder = terminal.at(`age-${id}`);
    const exported = await terminal.dewdrop<{ files: string[] }>('export-age', id, '--to', folder);
    const names = exported.files.map((path) => basename(path));
    expect(names).toContain('card.age');
    const card = terminal.writes('card.txt', await age(sheet, `${folder}/card.age`));
    const opened = await Promise.all(
      names.filter((name) => /^\d+\.age$/.test(name)).map((name) => age(card, `${folder}/${name}`)),
    );
    expect(opened.some((bytes) => bytes.equals(readFileSync(shortFilm())))).toBe(true);
    const manifest = JSON.parse((await age(card, `${folder}/manifest.age`)).toString()) as {
      files: unknown[];
    };
    expect(manifest.files).toHaveLength(opened.length);
  }
});

test('a desk set up in a terminal opens in a browser, and its sheet sets a new passphrase', async () => {
  const other = await World.begins();
  try {
    const shell = other.terminal();
    const out = shell.at('sheet.txt');
    await shell.dewdrop(
      ...['setup', other.server.setUpAddress, '--name', JO.name, '--display', JO.display],
      ...['--passphrase-file', shell.passphrase(), '--recovery-out', out],
    );
    const desk = await other.desktop();
    await desk.signsIn();
    await desk.signsOut();
    const fresh = { ...JO, passphrase: 'another seven words that nobody else knows' };
    await desk.recovers(readFileSync(out, 'utf8'), fresh.passphrase);
    await desk.isOpen();
    await shell.signsIn(other.server.url, fresh);
    expect(other.watch.troubles).toEqual([]);
  } finally {
    await other.ends();
  }
});

function secretly(): string[] {
  return ['--passphrase-file', terminal.passphrase()];
}

async function age(identity: string, file: string): Promise<Buffer> {
  const { code, stdout, stderr } = await terminal.ran('age', '-d', '-i', identity, file);
  expect([code, stderr]).toEqual([0, '']);
  return stdout;
}
