/**
 * What a browser keeps outlives it: the tab is killed, the browser closed and started again over the same
 * profile, the server restarted; then sending goes on with nothing picked, and the same bytes arrive.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { type BrowserContext, chromium } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { Between } from './world/between.ts';
import { withoutBodies } from './world/no-bodies.ts';
import { Phone } from './world/phone.ts';
import type { Trainer } from './world/trainer.ts';
import { FLAGS, World } from './world/world.ts';

/** Three requests of the size that sending begins with. */
const BYTES = 20_000_000;

// Nothing here is timed: a busy machine gets twice as long.
vi.setConfig({ testTimeout: 180_000 });

let world: World;
let between: Between;
let trainer: Trainer;
let profile: string;
let browser: BrowserContext | null = null;

beforeAll(async () => {
  world = await World.begins();
  between = await Between.stands(world.server.url);
  trainer = await world.desktop(between.url);
  await trainer.setsUp(world.server.setUpAddress.replace(world.server.url, between.url));
  profile = mkdtempSync(join(tmpdir(), 'dewdrop-profile-'));
}, 120_000);
afterAll(async () => {
  await world.ends();
  await between.leaves();
  rmSync(profile, { recursive: true, force: true });
});
afterEach(async () => {
  await browser?.close();
  between.isHonest();
});

/** The sender's browser, over what it kept of before. */
async function starts(): Promise<Phone> {
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: '/usr/bin/chromium',
    args: FLAGS,
    viewport: { width: 390, height: 844 },
    hasTouch: true,
    isMobile: true,
    locale: 'en-GB',
    reducedMotion: 'reduce',
  });
  browser = withoutBodies(context);
  return new Phone(browser.pages()[0] ?? (await browser.newPage()));
}

/** A file that no two places of are the same. */
function film(name: string): string {
  const bytes = Buffer.alloc(BYTES);
  for (let at = 0; at < BYTES; at += 4) bytes.writeUInt32LE((at * 2_654_435_761) % 2 ** 32, at);
  return world.terminal().writes(name, bytes);
}

async function sends(phone: Phone, link: string, path: string): Promise<void> {
  await phone.opens(link);
  await phone.starts();
  await phone.answersFormCheck();
  await phone.picks(path);
  await phone.agrees();
  await phone.sends();
}

/** How many folders of sealed files lie in this browser. */
function foldersOf({ page }: Phone): Promise<number> {
  return page.evaluate(async () => {
    const root = await navigator.storage.getDirectory();
    const top = await root.getDirectoryHandle('sending').catch(() => null);
    let count = 0;
    if (top !== null) for await (const _ of top.keys()) count += 1;
    return count;
  });
}

async function arrivedWhole(label: string, path: string): Promise<void> {
  await trainer.received(label).waitFor();
  await trainer.opens(label);
  const saved = await trainer.saves(basename(path));
  expect(readFileSync(saved.path).equals(readFileSync(path))).toBe(true);
  await trainer.goesBack();
}

test('the browser closed and the server restarted: it goes on, and the same bytes arrive', async () => {
  const path = film('Squats.bin');
  const link = await trainer.makesLink({ label: 'Restarted' });
  const phone = await starts();
  const held = between.holds(/PATCH/, 1);
  await sends(phone, link, path);
  await held.came;
  await phone.maySafelyLeave();
  expect(await foldersOf(phone)).toBe(1);
  await browser?.close();
  held.cut();
  between.isHonest();
  await world.server.stop();
  await world.server.start();
  const again = await starts();
  await again.opens(link);
  await again.isOfferedToContinue();
  await again.continues();
  await again.hasArrived(60_000);
  expect(await foldersOf(again)).toBe(0);
  await arrivedWhole('Restarted', path);
});
