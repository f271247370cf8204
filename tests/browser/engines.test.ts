/** The story in three engines: link, phone, sealed twice, opened at a desk, watched, saved, receipt. */
import { statSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { receipt as receiptWords, send as words } from '../../web/src/text/en.ts';
import { Engine, ENGINES } from './world/engines/engine.ts';
import type { Reader } from './world/engines/reader.ts';
import type { Sender } from './world/engines/sender.ts';
import { film, sha256 } from './world/film.ts';
import { Server } from './world/server.ts';
import { until } from './world/until.ts';

/** As much as a desk may hold in memory (32 MiB), and more than that. */
const FITS = film(5_000_000);
const LARGER = film(24_000_000);
const SLOW = 120_000;
const LABEL = 'Anna from the morning group';
const ANSWERS = {
  'Your name': 'Anna Ødegård',
  'Date of birth': '1990-04-01',
  'What do you want to reach?': 'Squat 100 kg without pain in the knee.',
  'How much do you train today?': 'Once or twice a week',
  'How many days a week can you train?': '3.5',
  'Is there anything about your health I should know?': 'No',
  'If so, what?': null,
  'Whom should I call in an emergency?': null,
};
const only = process.env['DEWDROP_ENGINE'];

/** A browser may still be writing down what it has downloaded. */
const isWhole = (path: string, like: string) =>
  until('all of it is on the disk', () => statSync(path).size >= statSync(like).size);

describe.each(ENGINES.filter((kind) => !only || only === kind))('%s', (kind) => {
  let server: Server;
  let engine: Engine;
  let reader: Reader;
  let sender: Sender;
  let link: string;
  let receipt: string;

  beforeAll(async () => {
    server = await Server.starts();
    engine = await Engine.begins(kind);
    reader = await engine.reader(server.url);
    sender = await engine.sender();
  }, SLOW);
  afterAll(async () => {
    await engine?.ends();
    await server?.ends();
  });
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') {
      await engine.photographs(`failed-${task.name.replace(/\W+/g, '-').slice(0, 30)}`);
    }
    expect(engine.troubles.splice(0)).toEqual([]);
  });

  test('a desk is set up, with a recovery sheet', { timeout: SLOW }, async () => {
    expect(await reader.setsUp(server.setUpAddress)).toMatch(/^# dewdrop recovery v1\n/);
  });

  test('a link is made', async () => {
    link = await reader.makesLink({ label: LABEL, template: 'New client intake' });
    expect(link).toMatch(/\/u#[\w-]{22}\.[\w-]{22}$/);
  });

  test('a phone answers, picks two films and sends them', { timeout: SLOW }, async () => {
    await sender.prepares(link, ANSWERS, FITS);
    await sender.picksWith(words.check.add, LARGER);
    await sender.sees('any', /squats-24000000/);
    await sender.sends();
    receipt = await sender.hasArrived(SLOW);
  });

  test('the film plays at the desk, or the desk says that it can not', { timeout: SLOW }, async () => {
    await reader.opens(LABEL);
    const able = await reader.tab.evaluate(() => document.createElement('video').canPlayType('video/mp4'));
    expect(await reader.watches('squats-5')).toBe(able !== '');
    // On Debian WebKitGTK has no codecs of its own: GStreamer's plugins bring them.
    if (kind !== 'webkit') expect(able).not.toBe('');
  });

  test('it is saved under its name, byte for byte', { timeout: SLOW }, async () => {
    const path = await reader.saves('squats-5');
    expect(path).toMatch(/squats-5000000\.mp4$/);
    await isWhole(path, FITS);
    expect(await sha256(path)).toBe(await sha256(FITS));
  });

  test('what is too large for memory is saved all the same', { timeout: SLOW }, async () => {
    const path = await reader.saves('squats-24');
    await isWhole(path, LARGER);
    expect(await sha256(path)).toBe(await sha256(LARGER));
  });

  test('the receipt says that it was opened and saved', async () => {
    await sender.opens(receipt);
    await sender.sees('heading', receiptWords.headline.saved);
    for (const line of ['arrived', 'opened'] as const) {
      expect(await sender.readsReceipt(line)).toContain('today');
    }
  });
});
