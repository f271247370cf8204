/** The trainer's pages in the states they have: first, empty, urgent, ready, set; and what reaches one elsewhere. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { desk as words, drafts, notice, settings } from '../../web/src/text/en.ts';
import { looksRight } from './world/looks.ts';
import type { Terminal } from './world/terminal.ts';
import { JO, type Trainer } from './world/trainer.ts';
import { freePort, Receiver } from './world/receiver.ts';
import { until } from './world/until.ts';
import { World } from './world/world.ts';
import { fitsZoomed } from './world/zoom.ts';

const LONG = 'Donaudampfschifffahrtsgesellschaftskapitänswitwe Maximiliane';
const FRESH = 'marble harbour onion velvet comet seven birds';
const ANSWERS = { exercise: 'Low bar squat', focus: 'The left knee.\nIt turns in.' };
const HOUR = 3600;

let world: World;
let trainer: Trainer;
let shell: Terminal;
let links: string[];
let receiver: Receiver;

beforeAll(async () => {
  receiver = await Receiver.listens();
  world = await World.begins({
    settings: {
      ALERT_ALLOW: '127.0.0.1',
      SMTP_HOST: '127.0.0.1',
      SMTP_PORT: String(await freePort()),
      SMTP_SECURITY: 'none',
      SMTP_FROM: 'dewdrop@example.org',
    },
  });
  trainer = await world.desktop();
  await trainer.setsUp(world.server.setUpAddress);
  shell = world.terminal();
});
afterAll(async () => {
  await world.ends();
  receiver.ends();
});
afterEach(() => expect(world.watch.troubles).toEqual([]));

/** A picture in both sizes and schemes, axe, and half the room. */
async function looks(name: string, who = trainer): Promise<void> {
  await looksRight(who, name);
  await fitsZoomed(who, name);
}

/** Someone sends through `link`: a film of two seconds by its name, and answers. */
async function sends(link: string, name = 'squat.mp4'): Promise<void> {
  const film = shell.writes(name, new Uint8Array(2000).fill(7));
  const answers = shell.writes('answers.json', JSON.stringify(ANSWERS));
  await shell.dewdrop('send', link, film, '--answers', answers, '--agree', '--from', 'Anna');
}

test('a new desk shows one step, to the first link', async () => {
  await trainer.heading(words.lists.empty).waitFor();
  expect(await trainer.page.getByRole('button', { name: words.lists.ask }).count()).toBe(1);
  expect(await trainer.page.getByRole('heading', { name: words.lists.waiting }).count()).toBe(0);
  await looks('desk-20-first');
});

test('a link that is ready can be read, copied, and sent in the trainer’s own words', async () => {
  const { page } = trainer;
  await page.getByRole('button', { name: words.lists.ask }).click();
  await page.getByLabel(words.maker.label).fill(LONG);
  await looks('desk-21-maker');
  await page.getByRole('button', { name: words.maker.make }).click();
  await trainer.heading(words.ready.title).waitFor();
  const link = await trainer.copiesLink();
  await page.getByText(link, { exact: true }).waitFor();
  await looks('desk-22-ready');
  const message = async (name: string) => {
    const address = await page.getByRole('link', { name }).getAttribute('href');
    return new URLSearchParams(address?.replace(/^\w+:\?&?/, '')).get('body') ?? '';
  };
  const sms = await message(words.ready.sms);
  expect(sms.split('\n').at(-1)).toBe(link);
  expect(sms).toContain(drafts.words['form-check']?.(JO.display));
  expect(sms).toMatch(/without an account/);
  expect(sms).toMatch(/open until \w+day \d+ \w+, \d\d:\d\d/);
  await page.getByLabel(words.ready.words).fill('Hey, 50 % done & how? #squat');
  expect(await message(words.ready.mail)).toMatch(/^Hey, 50 % done & how\? #squat\r\n\r\nIt opens/);
  await page.getByRole('button', { name: words.ready.keepWords }).click();
  await page.getByText(words.ready.wordsKept).waitFor();
  await page.reload();
  await trainer.unlocks();
  await page.getByText(link, { exact: true }).waitFor();
  expect(await page.getByLabel(words.ready.words).inputValue()).toBe('Hey, 50 % done & how? #squat');
  await page.getByRole('button', { name: words.ready.done }).click();
  await trainer.isOpen();
  links = [link, await trainer.makesLink({ label: LONG, retention: '1 hour', uses: 3 })];
  await looks('desk-23-waiting');
});

test('what arrives is new, counted in the title, and told elsewhere without a name', async () => {
  const { page } = trainer;
  await page.context().grantPermissions(['notifications', 'clipboard-read', 'clipboard-write']);
  await page.addInitScript(() => {
    const told: string[] = [];
    Object.assign(globalThis, { told });
    globalThis.Notification = new Proxy(globalThis.Notification, {
      construct: (target, [title, options]: [string, NotificationOptions]) => {
        told.push(`${title}: ${options.body ?? ''}`);
        return new target(title, options);
      },
    });
    document.hasFocus = () => false;
  });
  const told = () => page.evaluate(() => (globalThis as unknown as { told: string[] }).told);
  await page.reload();
  await trainer.unlocks();
  await trainer.isOpen();
  await trainer.goesToSettings();
  await trainer.unfold(settings.news.title);
  const [notify, sound] = [page.getByLabel(settings.news.notify), page.getByLabel(settings.news.sound)];
  expect([await notify.isChecked(), await sound.isChecked(), await told()]).toEqual([false, false, []]);
  await notify.click();
  await until('a first notification', async () => (await told()).length === 1);
  await looks('desk-24-signs');
  await trainer.goesBack();
  await sends(links[0] ?? '');
  await trainer.received(LONG).getByText(words.lists.new, { exact: true }).waitFor();
  await until('the title counts it', async () => (await page.title()) === '(1) Dewdrop');
  await until('it is told', async () => (await told()).length === 2);
  await trainer.locks();
  await sends(links[1] ?? '');
  await until('the locked desk tells it too', async () => (await told()).length === 3);
  expect(await told()).toEqual(
    [notice.first, notice.arrived, notice.arrived].map((said) => `${said}: ${notice.body}`),
  );
  expect(await page.title()).toBe('(2) Dewdrop');
  await trainer.unlocks();
  await trainer.isOpen();
  await looks('desk-25-new');
});

test('an opened submission prints as its answers, and a reload comes back to it', async () => {
  const { page } = trainer;
  await trainer.received(LONG).getByText(words.lists.left('7 days')).click();
  await page.getByText('The left knee.').waitFor();
  await page.getByText(words.submission.noExpiry).waitFor();
  await looks('desk-26-submission');
  await page.emulateMedia({ media: 'print' });
  await page.getByText(/^Printed .*This paper does not expire/).waitFor();
  expect(await page.getByRole('button').count()).toBe(0);
  await page.screenshot({ path: 'artifacts/desk-27-paper.png', fullPage: true });
  await page.emulateMedia({ media: null });
  await trainer.saves('squat.mp4');
  await page.getByText(words.submission.savedForGood).waitFor();
  await page.reload();
  await trainer.unlocks();
  await page.getByText('The left knee.').waitFor();
  await trainer.goesBack();
  await trainer.received(LONG).getByText(words.lists.kept.saved, { exact: true }).waitFor();
});

test('what was asked to be erased on another device says so, and can be kept', async () => {
  const { page } = trainer;
  const [{ id }] = ((await trainer.asks('/api/submissions')) as { submissions: [{ id: string }] })
    .submissions;
  const other = await world.tabBeside(trainer);
  await other.comesToTheDesk();
  await other.page.evaluate((path) => fetch(path, { method: 'DELETE' }), `/api/submissions/${id}`);
  await page.getByText(words.submission.asked).waitFor();
  await looks('desk-28-asked');
  await other.page.evaluate((path) => fetch(`${path}/keep`, { method: 'POST' }), `/api/submissions/${id}`);
  await page.getByText(words.submission.asked).waitFor({ state: 'detached' });
  await other.page.close();
});

test('what is not saved and near its end comes first, in red, with what is left of its time', async () => {
  await world.server.stop();
  world.watch.expectsBrokenConnections = true;
  await world.server.start(HOUR - 600);
  const late = await world.desktop();
  await late.page.clock.install({ time: Date.now() + (HOUR - 600) * 1000 });
  await late.signsIn();
  await late.page.getByText(words.lists.ending(1)).waitFor();
  const first = late.page.locator('section[aria-labelledby=received] li').first();
  expect(await first.innerText()).toMatch(/gone in \d+ minutes\s+not saved/);
  await until('the title counts it', async () => (await late.page.title()) === '(1) Dewdrop');
  await looks('desk-29-urgent', late);
  await first.getByRole('button').click();
  await late.page.getByText('The left knee.').waitFor();
  await looks('desk-30-urgent-open', late);
  await late.page.context().close();
  await world.server.stop();
  await world.server.start();
});

test('settings: the name, the sheet and the passphrase, each for whoever knows the passphrase', async () => {
  const { page } = trainer;
  const other = await world.desktop();
  await other.signsIn();
  await trainer.comesToTheDesk();
  await trainer.unlocks();
  await trainer.isOpen();
  await page.keyboard.press('Tab');
  while (
    !(await page.getByRole('button', { name: words.settings }).evaluate((b) => b === document.activeElement))
  ) {
    await page.keyboard.press('Tab');
  }
  await page.keyboard.press('Enter');
  await trainer.heading(settings.title).waitFor();
  await looks('desk-31-settings');

  await trainer.unfold(settings.name.title);
  await page.getByLabel(settings.name.label).fill(LONG);
  await page.keyboard.press('Enter');
  await page.getByText(settings.saved, { exact: true }).waitFor();

  await trainer.unfold(settings.sheet.title);
  const sheet = page.locator('details', { hasText: settings.sheet.why });
  await sheet.getByLabel(settings.passphrase.title).fill('not the passphrase');
  await page.keyboard.press('Enter');
  await page.getByText(settings.passphrase.wrong).waitFor();
  await sheet.getByLabel(settings.passphrase.title).fill(JO.passphrase);
  await page.keyboard.press('Enter');
  await page.getByText(words.sheet.heading).waitFor();
  await looks('desk-32-sheet-again');
  await page.getByRole('button', { name: settings.sheet.hide }).click();

  await trainer.unfold(settings.away.title);
  await trainer.unfold(settings.passphrase.title);
  await page.getByLabel(settings.passphrase.now).fill('not the passphrase');
  await page.locator('input[autocomplete=new-password]').fill(FRESH);
  await page.getByRole('button', { name: settings.passphrase.change }).click();
  await page.getByText(settings.passphrase.wrong).waitFor();
  await looks('desk-33-passphrase');
  await page.getByLabel(settings.passphrase.now).fill(JO.passphrase);
  await page.getByRole('button', { name: settings.passphrase.change }).click();
  await page.getByText(settings.passphrase.done).waitFor();
  await other.heading(words.signIn.title).waitFor();
  await other.tries({ name: JO.name, passphrase: FRESH });
  await other.page.getByRole('button', { name: words.settings }).waitFor();
  await other.goesToSettings();
  // What was set in one browser holds in the other.
  await other.page.getByText(settings.news.value.notify, { exact: true }).waitFor();
  await other.page.getByText(LONG).first().waitFor();
  const away = page.locator('details', { hasText: settings.away.everywhereNote });
  await away.getByLabel(settings.passphrase.title).fill(FRESH);
  await page.getByRole('button', { name: settings.away.everywhere }).click();
  await page.getByText(settings.away.done).waitFor();
  await other.heading(words.signIn.title).waitFor();
  await trainer.goesBack();
  await looks('desk-34-long-name');
  await other.page.context().close();
});

test('alerts are set, tested and refused in plain words; one that fails is said on top of the desk', async () => {
  const { page } = trainer;
  const saved = page.getByText(settings.saved, { exact: true });
  await trainer.goesToSettings();
  await trainer.unfold(settings.alerts.title);
  await page.getByLabel(settings.alerts.use.mail).check();
  await page.getByLabel(settings.alerts.use.webhook).check();
  await page.getByLabel(settings.alerts.to).fill('jo');
  await page.getByRole('button', { name: settings.alerts.save }).click();
  await page.getByText(settings.alerts.wrong.to).waitFor();
  await page.getByText(settings.alerts.wrong.url).waitFor();
  await looks('desk-35-alerts-wrong');
  await page.getByLabel(settings.alerts.to).fill('jo@example.org');
  await page.getByLabel(settings.alerts.url.webhook).fill('http://10.1.2.3/hook');
  await page.getByRole('button', { name: settings.alerts.save }).click();
  await page.getByText(/^The address of the webhook is inside a private network/).waitFor();
  await page.getByLabel(settings.alerts.url.webhook).fill(receiver.url);
  await page.getByLabel(settings.alerts.secret).fill('sixteen-letters!');
  await page.getByRole('button', { name: settings.alerts.save }).click();
  await saved.waitFor();
  const [mail, webhook] = [0, 1].map((n) => page.getByRole('button', { name: settings.alerts.test }).nth(n));
  await webhook?.click();
  await page.getByText(settings.alerts.tested(settings.alerts.by.webhook)).waitFor();
  await mail?.click();
  await page.getByText(/^The test did not go out\. The mail server refuses/).waitFor();
  await looks('desk-36-alerts');
  await trainer.goesBack();
  await sends(links[1] ?? '');
  await until('the webhook hears of it', () => receiver.heard.length > 1);
  for (const said of receiver.heard) expect(said).not.toMatch(/Maximiliane|Jo Meyer|squat|knee/);
  await until('the desk says which way fails', async () => {
    await trainer.goesToSettings();
    await trainer.goesBack();
    // The server's clock is ahead by now, perhaps past midnight.
    return page.getByText(/^Alerts by e-mail do not go out since (today|tomorrow)/).isVisible();
  });
  await page.getByText('The mail server refuses the connection.').waitFor();
  await looks('desk-37-alerts-failing');
  await page.getByRole('button', { name: settings.alerts.test }).click();
  await page.getByText(/^The test did not go out/).waitFor();
});

test('the page of a link by which something came leads to it', async () => {
  const { page } = trainer;
  await page.getByRole('button', { name: words.lists.ask }).first().click();
  await page.getByLabel(words.maker.label).fill('Leads on');
  await page.getByRole('button', { name: words.maker.make }).click();
  const link = await trainer.copiesLink();
  await page.getByText(link, { exact: true }).waitFor();
  await sends(link);
  await trainer.heading(words.ready.arrived).waitFor();
  await looks('desk-29-link-arrived');
  await page.getByRole('button', { name: words.ready.open }).click();
  await trainer.heading('Leads on').waitFor();
  await trainer.goesBack();
});
