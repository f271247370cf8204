/** What breaks a submission's page, or comes in the trainer's name, ends in words and with a way on. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { desk as words } from '../../web/src/text/en.ts';
import { review } from '../../web/src/text/review.ts';
import { Between } from './world/between.ts';
import { looksRight } from './world/looks.ts';
import type { Terminal } from './world/terminal.ts';
import type { Trainer } from './world/trainer.ts';
import { World } from './world/world.ts';

const LABEL = 'Anna, squats';
let world: World;
let between: Between;
let trainer: Trainer;
let shell: Terminal;

beforeAll(async () => {
  world = await World.begins();
  between = await Between.stands(world.server.url);
  trainer = await world.desktop(between.url);
  await trainer.setsUp(world.server.setUpAddress.replace(world.server.url, between.url));
  shell = world.terminal();
  const link = await trainer.makesLink({ label: LABEL });
  const answers = shell.writes('answers.json', JSON.stringify({ exercise: 'Squat', focus: 'Knees' }));
  const film = shell.writes('squat.mp4', new Uint8Array(2000).fill(7));
  await shell.dewdrop('send', link, film, '--answers', answers, '--agree', '--from', 'Anna');
  await trainer.received(LABEL).waitFor();
}, 120_000);
afterAll(async () => {
  await world.ends();
  await between.leaves();
});
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await world.photographs(`unkind-${task.name.slice(0, 20)}`);
  between.isHonest();
  expect(world.watch.troubles).toEqual([]);
});

test('a page that breaks over a submission says so, and leads back', async () => {
  const { page } = trainer;
  await page.evaluate(() => {
    const { prototype } = Intl.DateTimeFormat;
    const whole = Object.getOwnPropertyDescriptor(prototype, 'format') ?? {};
    Object.defineProperty(prototype, 'format', {
      configurable: true,
      get: () => {
        throw new RangeError('Invalid time value');
      },
    });
    Object.assign(globalThis, { mends: () => Object.defineProperty(prototype, 'format', whole) });
  });
  await trainer.received(LABEL).getByRole('button').first().click();
  await trainer.heading(words.submission.unshown).waitFor();
  expect(await page.getByText(words.submission.opening, { exact: true }).count()).toBe(0);
  await page.evaluate(() => (globalThis as unknown as { mends: () => void }).mends());
  await looksRight(trainer, 'desk-60-unshown');
  await page.getByRole('button', { name: words.submission.toList }).click();
  await trainer.isOpen();
  await trainer.opens(LABEL);
});

test('forged notes are not believed, and the trainer starts anew', async () => {
  const { page } = trainer;
  const panel = page.locator('section[aria-labelledby=review]');
  await panel.getByLabel(review.text).fill('Knees out.');
  await panel.getByText(review.private).waitFor();
  between.bends(/GET .*\/notes$/, (body) => {
    body[body.length - 1] = (body.at(-1) ?? 0) ^ 1;
    return body;
  });
  await page.reload();
  await trainer.unlocks();
  await panel.getByText(review.refused.title).waitFor();
  expect(await panel.getByText('Knees out.').count()).toBe(0);
  await looksRight(trainer, 'desk-61-forged-notes');
  await panel.getByRole('button', { name: review.refused.anew }).click();
  await panel.getByLabel(review.text).fill('Heels down.');
  await panel.getByText(review.private).waitFor();
  between.isHonest();
  await page.reload();
  await trainer.unlocks();
  await expect.poll(() => panel.getByLabel(review.text).inputValue()).toBe('Heels down.');
});
