/** `docs/deploy.md`, followed to the letter on a fresh Debian: from nothing to the first film. */
import { copyFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sha256, shortFilm } from '../world/film.ts';
import { Phone } from '../world/phone.ts';
import { Trainer } from '../world/trainer.ts';
import { SIZES } from '../world/sizes.ts';
import { Watch } from '../world/watch.ts';
import { PHONE } from '../world/world.ts';
import { Authority, DIRECTORY } from './authority.ts';
import { BUILT, Debian } from './debian.ts';
import { commands, type Instead, terminal } from './guide.ts';

const NAME = 'drop.example.org';
const LABEL = 'Anna, squat';
const SLOW = 600_000;
const FIRST = ['2. Install it, with Caddy in front', '3. Check it', "4. The trainer's account"];
const LATER = ['Updating', 'Alerts'];

/** The authority is pebble, because nobody else gives a certificate for a name that is not there. */
const INSTEAD: readonly Instead[] = [
  [
    'systemctl restart caddy',
    `sed -i '0,/^{$/s|^{$|{\\n\\tacme_ca ${DIRECTORY}|' /etc/caddy/Caddyfile; systemctl restart caddy`,
  ],
];

const guide = commands();
let debian: Debian;
let authority: Authority;
let browser: Browser;
let trainer: Trainer;
let phone: Phone;
let link: string;
const watch = new Watch();

/** As `scp` brings it. */
function brings(which: 'first' | 'next'): void {
  const packages = join(BUILT, 'packages', which);
  for (const name of readdirSync(debian.path('root')))
    if (name.endsWith('.deb')) rmSync(debian.path(`root/${name}`));
  for (const name of readdirSync(packages)) copyFileSync(join(packages, name), debian.path(`root/${name}`));
}

beforeAll(async () => {
  debian = await Debian.fresh('server');
  await debian.boots();
  authority = await Authority.near(debian, NAME);
  brings('first');
}, SLOW);

afterAll(async () => {
  await browser?.close();
  authority?.leaves();
  await debian?.halts();
});

test('every command of the guide is run here', () => {
  expect([...guide.keys()]).toEqual([...FIRST, ...LATER]);
});

test(
  'the guide leads from a fresh Debian to a set-up address',
  async () => {
    const blocks = FIRST.flatMap((section) => guide.get(section) ?? []);
    const said = await debian.does(terminal(blocks, INSTEAD));
    expect(said).toContain('certificate obtained');
    const address = /set up: (\S+)\s*$/.exec(said)?.[1] ?? '';
    expect(address).toMatch(`https://${NAME}/desk/#setup.`);
    expect(authority.signedBy(NAME)).toContain('Pebble Intermediate');

    browser = await authority.browser(NAME);
    const context = await browser.newContext({ locale: 'en-GB', viewport: SIZES.desktop });
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    watch.over(context);
    trainer = new Trainer(await context.newPage(), `https://${NAME}`);
    await trainer.setsUp(address);
  },
  SLOW,
);

test(
  'the first link is sent to a phone, and what it sends is opened at the desk',
  async () => {
    link = await trainer.makesLink({ label: LABEL, template: 'Form check' });
    expect(link).toMatch(`https://${NAME}/u#`);
    const context = await browser.newContext({ locale: 'en-GB', ...PHONE });
    watch.over(context);
    phone = new Phone(await context.newPage());
    await phone.opens(link);
    await phone.starts();
    await phone.answersFormCheck();
    await phone.picks(shortFilm());
    await phone.agrees();
    await phone.sends();
    await phone.hasArrived(60_000);
    await trainer.received(LABEL).waitFor();
    await trainer.opens(LABEL);
    const { path } = await trainer.saves(/short/);
    expect(await sha256(path)).toBe(await sha256(shortFilm()));
    expect(watch.troubles).toEqual([]);
    await trainer.goesBack();
  },
  SLOW,
);

test('no log of server or proxy says which link was opened', async () => {
  const logs = await debian.does('journalctl --no-pager');
  expect(logs).toContain('certificate obtained');
  expect(logs).not.toContain(link.split('#')[1]?.slice(0, 22));
  expect(logs).not.toMatch(/"uri": ?"\/[ur]/);
});

test(
  'an update restarts it and keeps everything',
  async () => {
    watch.expectsBrokenConnections = true;
    const pid = await debian.does('systemctl show --property MainPID --value dewdrop');
    brings('next');
    await debian.does(terminal(guide.get('Updating') ?? []));
    expect(await debian.does('systemctl is-active dewdrop')).toBe('active\n');
    expect(await debian.does('systemctl show --property MainPID --value dewdrop')).not.toBe(pid);
    await trainer.comesToTheDesk();
    await trainer.unlocks();
    await trainer.received(LABEL).waitFor();
  },
  SLOW,
);

test('the server reaches others once it is allowed to, not before', async () => {
  const allowed = () => debian.does('systemctl show --property IPAddressAllow --value dewdrop');
  expect(await allowed()).not.toContain('0.0.0.0/0');
  await debian.does(terminal(guide.get('Alerts') ?? []));
  expect(await allowed()).toContain('0.0.0.0/0');
  expect(await debian.does('systemctl is-active dewdrop')).toBe('active\n');
});
