/** The pages of a sender for everyone: in four taps, by keys alone, twice as large, inside other apps. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { first, receipt as receiptWords, send as words, stops } from '../../web/src/text/en.ts';
import { shortFilm } from './world/film.ts';
import { looksRight } from './world/looks.ts';
import type { Phone } from './world/phone.ts';
import type { Terminal } from './world/terminal.ts';
import type { Trainer } from './world/trainer.ts';
import { World } from './world/world.ts';
import { fitsZoomed } from './world/zoom.ts';

const INSTAGRAM =
  'Mozilla/5.0 (Linux; Android 15; Pixel 9 Build/AP4A; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/156.0.0.0 Mobile Safari/537.36 Instagram 390.0.0.43.81 Android';

let world: World;
let trainer: Trainer;
let terminal: Terminal;

beforeAll(async () => {
  world = await World.begins();
  trainer = await world.desktop();
  await trainer.setsUp(world.server.setUpAddress);
  terminal = world.terminal();
  await terminal.signsIn(world.server.url);
}, 120_000);
afterAll(() => world.ends());
afterEach(() => expect(world.watch.troubles).toEqual([]));

/** A link that asks for a video and nothing else. */
async function bareLink(): Promise<string> {
  const passphrase = terminal.passphrase();
  return (await terminal.dewdrop<{ url: string }>('link', '--passphrase-file', passphrase)).url;
}

async function right(phone: Phone, state: string): Promise<void> {
  await looksRight(phone, `phone-${state}`);
  await fitsZoomed(phone, state);
}

test('a video is sent in four taps, and no more', async () => {
  const link = await bareLink();
  const phone = await world.phone();
  await phone.page.addInitScript(() => {
    addEventListener('click', (event) => {
      if (event.isTrusted) sessionStorage.setItem('taps', `${Number(sessionStorage.getItem('taps')) + 1}`);
    });
  });
  await phone.opens(link);
  await phone.isAsked();
  await right(phone, 'asked');
  await phone.starts();
  await phone.heading(words.film.headline).waitFor();
  await fitsZoomed(phone, 'film');
  await phone.picks(shortFilm());
  await phone.heading(words.check.headline).waitFor();
  await fitsZoomed(phone, 'check');
  await phone.sends();
  const receipt = await phone.hasArrived();
  // The tap inside the phone's own picker is the fourth.
  const taps = await phone.page.evaluate(() => Number(sessionStorage.getItem('taps')));
  expect(taps + 1).toBeLessThanOrEqual(4);
  await right(phone, 'arrived');

  await phone.opens(receipt);
  await phone.heading(receiptWords.headline.arrived).waitFor();
  await right(phone, 'receipt');
  const begun = phone.page.waitForEvent('download');
  await phone.button(receiptWords.save).tap();
  expect((await begun).suggestedFilename()).toBe(receiptWords.fileName);
  await phone.button(receiptWords.erase).tap();
  await fitsZoomed(phone, 'receipt, asked whether to erase');
  await phone.button(receiptWords.eraseYes).tap();
  await phone.heading(receiptWords.headline.erased).waitFor();
  await right(phone, 'receipt-erased');
});

test('keys alone lead from the link to the receipt', async () => {
  const link = await bareLink();
  const phone = await world.phone();
  const { page } = phone;
  const presses = async (name: string | RegExp) => {
    await page.getByRole('button', { name }).first().waitFor();
    for (let tabs = 0; tabs < 30; tabs += 1) {
      await page.keyboard.press('Tab');
      const held = page.locator(':focus').and(page.getByRole('button', { name }));
      if ((await held.count()) > 0) return page.keyboard.press('Enter');
    }
    throw new Error(`no way to ${String(name)} by keys`);
  };
  await phone.opens(link);
  await presses(first.asked.start);
  const opens = page.waitForEvent('filechooser');
  await presses(words.film.choose);
  await (await opens).setFiles(shortFilm());
  await phone.heading(words.check.headline).waitFor();
  await presses(/^Send/);
  await phone.hasArrived();
});

test('inside another app the way out is offered, and sending works', async () => {
  const link = await trainer.makesLink({ label: 'Inside' });
  const context = await world.browser.newContext({
    userAgent: INSTAGRAM,
    viewport: { width: 390, height: 844 },
  });
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  world.watch.over(context);
  const page = await context.newPage();
  await page.goto(link);
  await page.getByText(words.inside.title('Instagram')).click();
  expect(page.url()).toBe(link);
  await page.getByRole('button', { name: words.link.copy }).click();
  await page.getByRole('button', { name: words.link.copied }).waitFor();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(link);
  const intent = await page.getByRole('link', { name: words.inside.open }).getAttribute('href');
  expect(intent).toContain(`${link.replace('http://', 'intent://')}#Intent;scheme=http;`);
  await looksRight({ page }, 'phone-inside');
  await fitsZoomed({ page }, 'inside');
  await context.close();
});

test('the page without a link says what to do, and takes a pasted one', async () => {
  const link = await trainer.makesLink({ label: 'Pasted' });
  const phone = await world.phone();
  await phone.opens(`${world.server.url}/u`);
  await phone.heading(stops.missing.title).waitFor();
  await right(phone, 'missing');
  await phone.page.getByLabel(stops.paste.label).fill(link.slice(0, -4));
  await phone.button(stops.paste.open).tap();
  await phone.page.getByText(stops.paste.broken).waitFor();
  await phone.page.getByLabel(stops.paste.label).fill(`Here: ${link}`);
  await phone.button(stops.paste.open).tap();
  await phone.isAsked();
});

test('a chat that previews a link gets the same words and picture for every one', async () => {
  const asked = async (path: string) => (await fetch(`${world.server.url}${path}`)).text();
  const page = await asked('/u');
  expect(page).toContain(`content="${world.server.url}/preview.png"`);
  expect(await asked('/u%23abc.def')).toBe(page);
  const picture = await fetch(`${world.server.url}/preview.png`);
  expect([picture.status, picture.headers.get('content-type')]).toEqual([200, 'image/png']);
});
