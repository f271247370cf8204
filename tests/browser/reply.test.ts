/** A trainer replies from a terminal; the sender reads it with the receipt, in three engines, beside the video. */
import { execFileSync } from 'node:child_process';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { receipt as words, send } from '../../web/src/text/en.ts';
import { Engine, ENGINES } from './world/engines/engine.ts';
import type { Sender } from './world/engines/sender.ts';
import { film, shortFilm } from './world/film.ts';
import { looksRight } from './world/looks.ts';
import { Server } from './world/server.ts';
import { Terminal } from './world/terminal.ts';
import { World } from './world/world.ts';

const SLOW = 120_000;
const only = process.env['DEWDROP_ENGINE'];
const TEXT = 'Well done. Two things for next week.';
const NOTES = {
  notes: [
    { id: 'a', file: 0, at: 400, text: 'Feet a little wider', drawing: null, part: null },
    {
      id: 'b',
      file: 0,
      at: 1200,
      text: 'Here the knees fall in. Push them out as in this line.',
      drawing: {
        shapes: [
          { kind: 'circle', colour: 3, points: [[3000, 5000], [3800, 5000]] }, // prettier-ignore
          { kind: 'arrow', colour: 2, points: [[4000, 5200], [6000, 3000]] }, // prettier-ignore
          { kind: 'angle', colour: 1, points: [[7000, 2000], [8000, 5000], [7000, 8000]] }, // prettier-ignore
        ],
      },
      part: 0,
    },
  ],
};

/** Two seconds of a tone, as a phone records a voice. */
function voice(terminal: Terminal): string {
  const path = terminal.at('voice.webm');
  const tone = ['-f', 'lavfi', '-i', 'sine=frequency=330', '-t', '2', '-c:a', 'libopus'];
  execFileSync('ffmpeg', ['-loglevel', 'error', '-y', ...tone, path]);
  return path;
}

async function replies(terminal: Terminal): Promise<void> {
  const { submissions } = await terminal.dewdrop<{ submissions: { id: string }[] }>(
    ...['list', '--passphrase-file', terminal.passphrase()],
  );
  await terminal.dewdrop(
    ...['reply', submissions[0]?.id ?? '', '--text', TEXT, '--voice', voice(terminal)],
    ...['--from', terminal.writes('notes.json', JSON.stringify(NOTES))],
    ...['--passphrase-file', terminal.passphrase()],
  );
}

describe.each(ENGINES.filter((kind) => !only || only === kind))('%s', (kind) => {
  let server: Server;
  let engine: Engine;
  let sender: Sender;
  let trainer: Terminal;
  let receipt: string;

  beforeAll(async () => {
    server = await Server.starts();
    engine = await Engine.begins(kind);
    sender = await engine.sender();
    trainer = new Terminal();
    await trainer.setsUp(server.setUpAddress);
    await sender.opens(await trainer.makesLink('Anna'));
    await sender.starts();
    await sender.picks(shortFilm());
    await sender.sees('heading', send.check.headline);
    await sender.sends();
    receipt = await sender.hasArrived(SLOW);
  }, SLOW);
  afterAll(async () => {
    await engine?.ends();
    await server?.ends();
    trainer?.ends();
  });
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await engine.photographs(`failed-reply-${kind}`);
    expect(engine.troubles.splice(0)).toEqual([]);
  });

  test('before there is a reply the receipt says nothing of one', { timeout: SLOW }, async () => {
    await sender.opens(receipt);
    await sender.readsReceipt('arrived');
    expect(await sender.reads()).not.toContain(words.reply.title);
  });

  test('a reply is read with the receipt alone', { timeout: SLOW }, async () => {
    await replies(trainer);
    await sender.opens(receipt);
    await sender.sees('any', TEXT);
    const page = await sender.reads();
    for (const said of [words.reply.title, '0:00.40', '0:01.20', 'Feet a little wider', words.reply.how])
      expect(page).toContain(said);
    expect(page).not.toContain(words.reply.troubles.refused);
  });

  test('its notes go to their moments in the video that was picked again', { timeout: SLOW }, async () => {
    const able = await sender.tab.evaluate(
      () => document.createElement('video').canPlayType('video/mp4; codecs="avc1.42E01E"') !== '',
    );
    if (kind !== 'webkit') expect(able).toBe(true);
    await sender.picksWith(words.reply.film, shortFilm());
    if (!able) {
      await sender.sees('any', words.reply.filmRefused);
      return;
    }
    await sender.taps(words.reply.jump('0:01.20'));
    await sender.looksFor({ role: 'button', name: words.reply.jump('0:00.40') });
    const shown = () =>
      sender.tab.evaluate(() => {
        const film = document.querySelector('video');
        return { at: film?.currentTime ?? -1, strokes: document.querySelectorAll('figure path').length };
      });
    await expect.poll(shown, { timeout: 15_000 }).toEqual({ at: 1.2, strokes: 6 });
    await sender.sees('button', words.reply.playOn);
    await sender.taps(words.reply.jump('0:00.40'));
    await expect.poll(shown, { timeout: 15_000 }).toEqual({ at: 0.4, strokes: 0 });
    expect(await sender.reads()).not.toContain(words.reply.filmUnlike);
  });

  test('another file than the one sent is said to be one', { timeout: SLOW }, async () => {
    await sender.picksWith(words.reply.filmOther, film(300_000));
    await sender.sees('any', words.reply.filmUnlike);
  });

  test('the sender erases it, and the trainer is told', { timeout: SLOW }, async () => {
    // The bar at the foot of the window lies over what is below.
    await sender.tab.evaluate((name) => {
      const buttons = Array.from(document.querySelectorAll('button'));
      buttons.find((one) => one.innerText.trim() === name)?.scrollIntoView({ block: 'center' });
    }, words.reply.erase);
    await sender.taps(words.reply.erase);
    await sender.taps(words.reply.erase, 'dialog');
    await sender.sees('any', words.reply.erased.sender);
    expect(await sender.reads()).not.toContain(TEXT);
    const at = trainer.writes('receipt', receipt);
    const told = await trainer.dewdrop<{ state: string; reply: { by: string } }>('receipt', `@${at}`);
    expect(told).toMatchObject({ state: 'received', reply: { by: 'sender' } });
  });
});

/** Runs in the page: names of buttons that something lies over, at any place of the page. */
function coveredButtons(): string[] {
  const found = new Set<string>();
  for (let top = 0; top <= document.documentElement.scrollHeight - innerHeight; top += 40) {
    scrollTo(0, top);
    for (const button of document.querySelectorAll<HTMLElement>('main button')) {
      const box = button.getBoundingClientRect();
      const hit = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
      if (hit !== null && !button.contains(hit)) found.add(button.innerText);
    }
  }
  return [...found];
}

describe.runIf(!only || only === 'chromium')('as it looks', () => {
  let world: World;

  beforeAll(async () => {
    world = await World.begins();
  }, SLOW);
  afterAll(() => world.ends());

  test('on a phone and a desktop, light and dark', { timeout: SLOW }, async () => {
    const [trainer, phone] = [world.terminal(), await world.phone()];
    await trainer.setsUp(world.server.setUpAddress);
    await phone.opens(await trainer.makesLink('Anna'));
    await phone.starts();
    await phone.picks(shortFilm());
    await phone.sends();
    const receipt = await phone.hasArrived();
    await replies(trainer);
    await phone.opens(receipt);
    await phone.page.getByText(TEXT).waitFor();
    await looksRight(phone, 'reply-read');
    expect(await phone.page.evaluate(coveredButtons)).toEqual([]);
    await phone.picksWith(words.reply.film, shortFilm());
    await phone.button(words.reply.jump('0:01.20')).tap();
    await phone.page.locator('figure path').first().waitFor();
    await looksRight(phone, 'reply-beside');
    await phone.button(words.reply.erase).tap();
    await looksRight(phone, 'reply-erase');
    expect(world.watch.troubles).toEqual([]);
  });
});
