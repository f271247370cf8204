/** The desk's doors: who gets in, what locks, what ends. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { desk as words } from '../../web/src/text/en.ts';
import { looksRight } from './world/looks.ts';
import { JO, type Trainer } from './world/trainer.ts';
import { World } from './world/world.ts';
import { fitsZoomed } from './world/zoom.ts';

const FRESH = 'marble harbour onion velvet comet seven birds';

let world: World;
let trainer: Trainer;
let sheet: string;

beforeAll(async () => {
  world = await World.begins();
  trainer = await world.desktop();
});
afterAll(() => world.ends());
afterEach(() => expect(world.watch.troubles).toEqual([]));

/** Axe, pictures, and half the room. */
async function looks(who: Trainer, name: string): Promise<void> {
  await looksRight(who, name);
  await fitsZoomed(who, name);
}

test('setting up says what is missing, offers seven words, and shows the sheet once', async () => {
  const { page } = trainer;
  await page.goto(world.server.setUpAddress);
  await trainer.heading(words.setup.title).waitFor();
  expect(page.url()).not.toContain('setup.');
  await page.getByText(words.passphrase.offered).waitFor();
  await looks(trainer, 'desk-01-setup');
  await trainer.passphraseField().fill('password1');
  await page.getByRole('button', { name: words.setup.start }).click();
  await page.getByText(words.setup.nameWrong.short).waitFor();
  await page.getByText(words.setup.displayWrong).waitFor();
  await page.getByText(/^Too easy to guess/).waitFor();
  await looks(trainer, 'desk-02-setup-complaints');
  await page.getByRole('button', { name: words.passphrase.take }).click();
  await page.getByText(/^Strong/).waitFor();
  // A reload in the middle loses nothing but what was typed.
  await page.reload();
  sheet = await trainer.setsUp(world.server.setUpAddress, JO, async () => {
    await looks(trainer, 'desk-03-sheet');
    await page.getByLabel(words.sheet.confirm).fill('XXXX');
    await page.getByRole('button', { name: words.sheet.done }).click();
    await page.getByText(words.sheet.confirmWrong).waitFor();
  });
  await page.getByText(words.lists.empty).waitFor();
  await looks(trainer, 'desk-04-empty');
});

test('a used set-up address is over before anyone chooses a passphrase for it', async () => {
  const stranger = await world.desktop();
  // Where the page is open already, an address that differs in its fragment alone loads it anew.
  await stranger.comesToTheDesk();
  await stranger.heading(words.signIn.title).waitFor();
  await stranger.page.goto(world.server.setUpAddress);
  await stranger.heading(words.setup.refusedTitle).waitFor();
  await looks(stranger, 'desk-05-setup-over');
  await stranger.page.getByRole('button', { name: words.setup.alreadySignIn }).click();
  await stranger.heading(words.signIn.title).waitFor();
  await stranger.page.context().close();
});

test('a locked desk shows nothing and opens by the passphrase alone', async () => {
  await trainer.locks();
  expect(await trainer.page.locator('body').innerText()).not.toContain(JO.display);
  await looks(trainer, 'desk-06-locked');
  await trainer.unlocks('not the passphrase');
  await trainer.page.getByText(words.unlock.wrong).waitFor();
  await trainer.unlocks();
  await trainer.isOpen();
});

test('a reload locks', async () => {
  await trainer.page.reload();
  await trainer.heading(words.unlock.title).waitFor();
  await trainer.unlocks();
  await trainer.isOpen();
});

test('five idle minutes lock, wherever one is', async () => {
  const idle = await world.desktop();
  await idle.page.clock.install();
  await idle.signsIn();
  await idle.page.getByRole('button', { name: words.lists.ask }).click();
  await idle.page.clock.runFor(4 * 60_000);
  await idle.heading(words.maker.title).waitFor();
  await idle.page.keyboard.press('Tab');
  await idle.page.clock.runFor(4 * 60_000);
  await idle.heading(words.maker.title).waitFor();
  await idle.page.clock.runFor(61_000);
  await idle.heading(words.unlock.title).waitFor();
  await idle.page.getByText(words.unlock.because.idle).waitFor();
  await idle.unlocks();
  await idle.heading(words.maker.title).waitFor();
  await idle.page.context().close();
});

test('a server that does not answer is said to be away, and tried again', async () => {
  const { page } = trainer;
  world.watch.expectsBrokenConnections = true;
  await page.route('**/api/**', (route) => route.abort());
  await page.reload();
  await trainer.heading(words.unreachable.title).waitFor();
  await looks(trainer, 'desk-11-unreachable');
  await page.unroute('**/api/**');
  await page.getByRole('button', { name: words.again }).click();
  await trainer.heading(words.unlock.title).waitFor();
  await trainer.unlocks();
  await trainer.isOpen();
  world.watch.expectsBrokenConnections = false;
});

test('a second tab asks for the passphrase, and signing out there ends both', async () => {
  const second = await world.tabBeside(trainer);
  await second.comesToTheDesk();
  await second.heading(words.unlock.title).waitFor();
  await second.unlocks();
  await second.isOpen();
  await trainer.isOpen();
  await second.signsOut();
  await trainer.heading(words.signIn.title).waitFor();
  await trainer.page.getByText(words.signIn.because['session-ended']).waitFor();
  await looks(trainer, 'desk-07-signed-out');
  await second.page.close();
});

test('a wrong name and a wrong passphrase get one and the same answer', async () => {
  const stranger = await world.desktop();
  await stranger.comesToTheDesk();
  await stranger.tries({ name: 'nobody', passphrase: JO.passphrase });
  await stranger.page.getByText(words.signIn.wrong).waitFor();
  await looks(stranger, 'desk-08-refused');
  await stranger.page.reload();
  await stranger.tries({ name: JO.name, passphrase: 'not the passphrase' });
  await stranger.page.getByText(words.signIn.wrong).waitFor();
  await stranger.page.context().close();
});

test('the recovery sheet sets a new passphrase; another sheet does not', async () => {
  const { page } = trainer;
  await trainer.comesToTheDesk();
  await page.getByRole('button', { name: words.signIn.forgotten }).click();
  await page.getByRole('button', { name: words.recovery.button }).click();
  await page.getByText(words.recovery.keyWrong).waitFor();
  await looks(trainer, 'desk-09-recovery');
  await page.reload();
  const other = 'AGE-SECRET-KEY-1QYQSZQGPQYQSZQGPQYQSZQGPQYQSZQGPQYQSZQGPQYQSZQGPQYQSZP4GQPJ';
  await trainer.recovers(sheet.replace(/AGE-SECRET-KEY-1\w+/, other), FRESH);
  await page.getByRole('alert').first().waitFor();
  await page.reload();
  await trainer.recovers(sheet, FRESH);
  await trainer.isOpen();
  await trainer.signsOut();
  await trainer.tries(JO);
  await page.getByText(words.signIn.wrong).waitFor();
  await trainer.tries({ name: JO.name, passphrase: FRESH });
  await trainer.isOpen();
});

test('many wrong tries have to wait, and are told how long', async () => {
  const stranger = await world.desktop();
  await stranger.comesToTheDesk();
  const wait = stranger.page.getByText(/^Too many tries\./);
  for (let tries = 0; tries < 8 && !(await wait.isVisible()); tries += 1) {
    await stranger.tries({ name: 'nobody.else', passphrase: `wrong ${tries}` });
    await wait.or(stranger.page.getByText(words.signIn.wrong)).waitFor();
    await stranger.page.getByRole('button', { name: words.signIn.button }).waitFor();
  }
  await wait.waitFor();
  await looks(stranger, 'desk-10-wait');
  await stranger.page.context().close();
});
