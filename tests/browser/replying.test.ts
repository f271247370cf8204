/** The whole way of a reply: written and drawn beside the film, spoken, sent, read on the receipt, taken back. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { desk as words, receipt as receiptWords } from '../../web/src/text/en.ts';
import { player } from '../../web/src/text/player.ts';
import { review } from '../../web/src/text/review.ts';
import { shortFilm } from './world/film.ts';
import { looksRight } from './world/looks.ts';
import type { Phone } from './world/phone.ts';
import type { Trainer } from './world/trainer.ts';
import { World } from './world/world.ts';

const LABEL = 'Anna, squats';
const FILM = 'short.mp4';
const TEXT = 'Good depth.\nKeep the heels down.';
const NOTE = 'Knees come in here';

let world: World;
let trainer: Trainer;
let phone: Phone;
let receipt: string;

beforeAll(async () => {
  world = await World.begins();
  trainer = await world.desktop();
  phone = await world.phone();
  await trainer.setsUp(world.server.setUpAddress);
  const link = await trainer.makesLink({ label: LABEL });
  await phone.opens(link);
  await phone.starts();
  await phone.answersFormCheck();
  await phone.picks(shortFilm());
  await phone.agrees();
  await phone.sends();
  receipt = await phone.hasArrived(60_000);
  await trainer.opens(LABEL);
}, 120_000);
afterAll(() => world.ends());
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await world.photographs(`replying-${task.name.slice(0, 20)}`);
  expect(world.watch.troubles).toEqual([]);
});

const button = (name: string | RegExp, page: Page = trainer.page) =>
  page.getByRole('button', { name, exact: typeof name === 'string' });
const panel = (page: Page = trainer.page) => page.locator('section[aria-labelledby=review]');
/** How often the server was given notes. */
const version = async () => {
  const { submissions } = (await trainer.asks('/api/submissions')) as {
    submissions: { notes: { version: number } | null }[];
  };
  return submissions[0]?.notes?.version ?? 0;
};
const isKept = (page: Page = trainer.page) => panel(page).getByText(review.private).waitFor();

test('a note is written and drawn at a moment of the film', async () => {
  await trainer.watches(FILM);
  await button(player.note.here).click();
  await trainer.page.getByLabel(/^Your note at/).fill(NOTE);
  const stage = trainer.file(FILM).locator('.stage');
  await stage.scrollIntoViewIfNeeded();
  const box = await stage.boundingBox();
  if (!box) throw new Error('no stage');
  await trainer.page.mouse.move(box.x + box.width * 0.4, box.y + box.height * 0.4);
  await trainer.page.mouse.down();
  await trainer.page.mouse.move(box.x + box.width * 0.6, box.y + box.height * 0.7, { steps: 5 });
  await trainer.page.mouse.up();
  await button(player.note.keep).click();
  await trainer.file(FILM).getByText(NOTE).waitFor();
  await isKept();
});

test('a text is written and a voice is recorded, and heard before it goes', async () => {
  await panel().getByLabel(review.text).fill(TEXT);
  await trainer.page
    .context()
    .grantPermissions(['microphone', 'camera', 'clipboard-read', 'clipboard-write']);
  await button(review.record.audio).click();
  await panel().getByRole('timer').getByText('0:01').waitFor();
  await button(review.record.keep).click();
  await panel().getByLabel(review.record.named.audio(1)).waitFor();
  await isKept();
  await looksRight(trainer, '51-reply-written');
});

test('what was written is there again after the desk was locked', async () => {
  await trainer.goesBack();
  await trainer.locks();
  await trainer.unlocks();
  await trainer.isOpen();
  await trainer.opens(LABEL);
  await panel().getByLabel(review.text).waitFor();
  expect(await panel().getByLabel(review.text).inputValue()).toBe(TEXT);
  await trainer.watches(FILM);
  await trainer.file(FILM).getByText(NOTE).waitFor();
  await panel().getByLabel(review.record.named.audio(1)).waitFor();
});

test('what a second desk writes is here at once, and both hold', async () => {
  const other = await world.tabBeside(trainer);
  await other.comesToTheDesk();
  await other.unlocks();
  await other.opens(LABEL);
  const before = await version();
  await panel(other.page).getByLabel(review.text).fill(`${TEXT}\nFrom the other desk.`);
  await expect.poll(version, { timeout: 15_000 }).toBeGreaterThan(before);
  const text = panel().getByLabel(review.text);
  await expect.poll(() => text.inputValue(), { timeout: 15_000 }).toContain('From the other desk.');
  await button(review.record.video).click();
  await panel().getByRole('timer').getByText('0:01').waitFor();
  await button(review.record.keep).click();
  await isKept();
  await panel().getByLabel(review.record.named.video(2)).waitFor();
  await other.page.close();
});

test('it is sent, and stands on the receipt beside the film that the sender still holds', async () => {
  await phone.opens(receipt);
  await phone.heading(receiptWords.headline.opened).waitFor();
  await button(review.reply.send).click();
  await panel()
    .getByText(/^Sent today/)
    .waitFor();
  await looksRight(trainer, '52-reply-sent');
  // The page is open: it hears of the reply by itself.
  await phone.heading(/^\u2068?Jo Meyer\u2069? replied\.$/).waitFor({ timeout: 30_000 });
  await phone.page.getByText('Keep the heels down.').waitFor();
  await phone.page.getByText(NOTE).waitFor();
  await phone.page.getByLabel(receiptWords.reply.voice).first().waitFor();
  await looksRight(phone, '53-receipt-reply');
  const opens = phone.page.waitForEvent('filechooser');
  await phone.button(receiptWords.reply.film).tap();
  await (await opens).setFiles(shortFilm());
  await phone.button(/^Go to/).tap();
  await phone.page.locator('figure svg path').first().waitFor();
  await looksRight(phone, '54-receipt-beside');
});

test('what changes later is not seen before it is sent again', async () => {
  await panel().getByLabel(review.text).fill('Shorter.');
  await panel().getByText(review.reply.newer).waitFor();
  await phone.page.reload();
  await phone.page.getByText('Keep the heels down.').waitFor();
  await button(review.reply.sendAgain).click();
  await panel().getByText(review.reply.newer).waitFor({ state: 'detached' });
  await phone.page.reload();
  await phone.page.getByText('Shorter.').waitFor();
});

test('the sender erases the reply; the desk says so, and the notes stay', async () => {
  await phone.button(receiptWords.reply.erase).tap();
  await phone.page.getByRole('dialog').getByRole('button', { name: receiptWords.reply.erase }).tap();
  await phone.page.getByText(receiptWords.reply.erased.sender).waitFor();
  await panel()
    .getByText(/The sender erased your reply/)
    .waitFor();
  expect(await panel().getByLabel(review.text).inputValue()).toBe('Shorter.');
});

test('a reply that is taken back is gone for both', async () => {
  await button(review.reply.send).click();
  await panel()
    .getByText(/^Sent today/)
    .waitFor();
  await button(review.reply.takeBack).click();
  await button(review.reply.send).waitFor();
  await phone.page.reload();
  await phone.page.getByText(receiptWords.reply.erased.reader).waitFor();
});

test('a browser that may not record says what to do', async () => {
  await trainer.page.context().clearPermissions();
  await button(review.record.audio).click();
  await panel().getByText(review.record.why['not-allowed'].audio).waitFor();
  await looksRight(trainer, '55-not-allowed');
});

test('a submission is erased with all that was said about it', async () => {
  await button(words.submission.erase).first().click();
  await trainer.heading(words.submission.erased).waitFor({ timeout: 30_000 });
});
