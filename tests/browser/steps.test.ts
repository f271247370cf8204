/** Picture by picture, in three engines: of a film whose pictures say their number none is left out. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { player as words } from '../../web/src/text/player.ts';
import { counted, sixty } from './world/counted.ts';
import { Engine, ENGINES } from './world/engines/engine.ts';
import type { Reader } from './world/engines/reader.ts';
import { Server } from './world/server.ts';
import { Terminal } from './world/terminal.ts';
import { IN_EARNEST } from './world/torture.ts';

const SLOW = 240_000;
const LABEL = 'Sixty a second';
/** WebKitGTK takes a quarter of a second for each. */
const STEPS = { chromium: 200, firefox: 200, webkit: IN_EARNEST ? 200 : 40 };
const AT_ONCE = 20;
const only = process.env['DEWDROP_ENGINE'];

/** In the page: presses a button so many times, and reads the picture's number after each. */
async function steps(
  card: string,
  button: string,
  times: number,
): Promise<{ from: number; numbers: number[]; ms: number }> {
  const video = document.querySelector<HTMLVideoElement>(`${card} video`);
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [384, 216];
  const context = canvas.getContext('2d', { willReadFrequently: true });
  // Twelve bars, the lowest digit of the number in twos on the left; -1 when nothing can be read.
  const read = () => {
    if (!video || !context) return -1;
    context.clearRect(0, 0, canvas.width, canvas.height);
    context.drawImage(video, 0, 0, canvas.width, canvas.height);
    let number = 0;
    for (let bar = 0; bar < 12; bar++) {
      const [light = 0, , , alpha] = context.getImageData(bar * 32 + 16, 108, 1, 1).data;
      if (alpha !== 255) return -1;
      if (light > 127) number += 2 ** bar;
    }
    return number;
  };
  const pressed = document.querySelector<HTMLElement>(`${card} button[aria-label="${button}"]`);
  const player = document.querySelector<HTMLElement>(`${card} .player`);
  const settled = async () => {
    const end = performance.now() + 10_000;
    // The page writes down that it is busy a moment after the press.
    await new Promise((resolve) => setTimeout(resolve, 0));
    while (player?.dataset['busy'] === 'true' && performance.now() < end)
      await new Promise((resolve) => setTimeout(resolve, 2));
  };
  const from = read();
  const numbers: number[] = [];
  const begun = performance.now();
  for (let n = 0; n < times; n++) {
    pressed?.click();
    await settled();
    numbers.push(read());
  }
  return { from, numbers, ms: performance.now() - begun };
}

describe.each(ENGINES.filter((kind) => !only || only === kind))('%s', (kind) => {
  let server: Server;
  let engine: Engine;
  let reader: Reader;
  const terminal = new Terminal();

  beforeAll(async () => {
    server = await Server.starts();
    await terminal.setsUp(server.setUpAddress);
    await terminal.dewdrop('send', await terminal.makesLink(LABEL), sixty(), webm());
    engine = await Engine.begins(kind);
    reader = await engine.reader(server.url);
    await reader.signsIn();
    await reader.opens(LABEL);
  }, SLOW);
  afterAll(async () => {
    await engine?.ends();
    await server?.ends();
    terminal.ends();
  });

  test.each(['counted-60.mp4', 'counted-30.webm'])('%s', { timeout: SLOW }, async (name) => {
    if (!(await reader.watches(name))) return;
    const card = `article[aria-label="${name}"]`;
    await reader.tab.evaluate(
      (card) => document.querySelector<HTMLVideoElement>(`${card} video`)?.pause(),
      card,
    );
    for (const [button, by] of [
      [words.ahead, 1],
      [words.back, -1],
    ] as const) {
      // The last picture of a film that was stopped may still be on its way to the screen.
      await reader.tab.evaluate(steps, card, button, 1);
      const first = await reader.tab.evaluate(steps, card, button, 0);
      const numbers: number[] = [];
      let ms = 0;
      // A driver gives a script half a minute.
      while (numbers.length < STEPS[kind]) {
        const more = await reader.tab.evaluate(steps, card, button, AT_ONCE);
        numbers.push(...more.numbers);
        ms += more.ms;
      }
      const expected = numbers.map((_, n) => Math.max(0, first.from + by * (n + 1)));
      const exact = numbers.filter((number, n) => number === expected[n]).length;
      console.info(
        `${kind} ${name}, ${button}: ${exact} of ${numbers.length}, ${(ms / numbers.length).toFixed(0)} ms each`,
      );
      expect(numbers).toEqual(expected);
    }
  });
});

const webm = () =>
  counted('counted-30.webm', { rate: 30, seconds: 12, how: ['-c:v', 'libvpx', '-b:v', '400k', '-g', '60'] });
