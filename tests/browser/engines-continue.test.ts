/**
 * The browser dies in the middle, in three engines. Where it can keep what is sealed, sending goes on
 * without picking; where it can not, the film is picked again and everything begins anew under a new key.
 */
import { statSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { begun as begunWords, send as words } from '../../web/src/text/en.ts';
import { Engine, type EngineKind, type EngineWish } from './world/engines/engine.ts';
import type { Sender } from './world/engines/sender.ts';
import { Faults } from './world/faults.ts';
import { film, sha256 } from './world/film.ts';
import { Server } from './world/server.ts';
import { Terminal } from './world/terminal.ts';

const FILM = film(5_000_000);
const HALF = Math.floor(statSync(FILM).size / 2);
const SLOW = 60_000;
const CONTINUE = new RegExp(
  begunWords.goOn('\\d+ %').replace(/[()]/g, '\\$&').replace('\\d+ %', '\\d+\\s?%'),
);
const only = process.env['DEWDROP_ENGINE'];

let server: Server;
let terminal: Terminal;
let faults: Faults;

beforeAll(async () => {
  server = await Server.starts();
  terminal = new Terminal();
  await terminal.setsUp(server.setUpAddress);
}, SLOW);
afterAll(async () => {
  terminal.ends();
  await server.ends();
});

function inEngine(kind: EngineKind, tests: (scene: () => Scene) => void, wish: EngineWish = {}): void {
  const name = wish.inPrivate ? `${kind} in a private window` : kind;
  describe.skipIf(only !== undefined && only !== kind)(name, () => {
    let engine: Engine;
    let scene: Scene;

    beforeAll(async () => {
      engine = await Engine.begins(kind, wish);
      engine.expectsBrokenConnections = true;
      faults = await Faults.stands(server.url);
      scene = new Scene(engine, name);
    }, SLOW);
    afterAll(async () => {
      await engine?.ends();
      await faults.leaves();
    });
    afterEach(async ({ task }) => {
      if (task.result?.state === 'fail') await engine.photographs('failed-continue');
      expect(engine.troubles.splice(0)).toEqual([]);
    });
    tests(() => scene);
  });
}

/** Half of a film is at the server, and the rest is held back. */
class Scene {
  readonly engine: Engine;
  readonly label: string;
  link = '';

  constructor(engine: Engine, label: string) {
    this.engine = engine;
    this.label = label;
  }

  async halfSent(): Promise<Sender> {
    const sender = await this.engine.sender();
    this.link = faults.through(await terminal.makesLink(this.label));
    await sender.prepares(this.link, {}, FILM);
    const held = faults.holdsAt(HALF);
    await sender.sends();
    await held;
    return sender;
  }

  async arrives(): Promise<void> {
    const path = (await terminal.fetches())[this.label]?.[0];
    expect(path).toBeDefined();
    expect(await sha256(path ?? '')).toBe(await sha256(FILM));
  }
}

for (const kind of ['chromium', 'firefox'] as const) {
  inEngine(kind, (scene) => {
    test('killed once it was safe to leave: it goes on without the link', { timeout: SLOW }, async () => {
      const { engine } = scene();
      await (await scene().halfSent()).sees('any', words.sending.safe);
      await engine.kills();
      await engine.restarts();
      faults.letsThrough();
      const back = await engine.sender();
      await back.opens(`${faults.url}/u`);
      await back.taps(CONTINUE);
      await back.hasArrived(30_000);
      await scene().arrives();
    });
  });
}

function keepsNothing(scene: () => Scene): void {
  test(
    'nothing can be kept, and the page says so; after a reload it is picked again',
    { timeout: SLOW },
    async () => {
      const sender = await scene().halfSent();
      await sender.sees('any', words.sending.open);
      expect(await sender.reads()).not.toContain(words.sending.safe);
      await sender.reloads();
      faults.letsThrough();
      await sender.picksAgain(FILM);
      await sender.hasArrived(30_000);
      await scene().arrives();
    },
  );
}

inEngine('webkit', keepsNothing);
inEngine('firefox', keepsNothing, { inPrivate: true });

// Chromium keeps what a private window has as long as the window is there.
inEngine(
  'chromium',
  (scene) => {
    test('after a reload it goes on without picking', { timeout: SLOW }, async () => {
      const sender = await scene().halfSent();
      await sender.sees('any', words.sending.safe);
      await sender.reloads();
      faults.letsThrough();
      await sender.taps(CONTINUE);
      await sender.hasArrived(30_000);
      await scene().arrives();
    });
  },
  { inPrivate: true },
);
