/** A phone on a bad network: what arrives is the film, byte for byte, and nobody has to do anything. */
import { statSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Engine, ENGINES } from './world/engines/engine.ts';
import type { Sender } from './world/engines/sender.ts';
import { Faults } from './world/faults.ts';
import { film, sha256, shortFilm } from './world/film.ts';
import { Server } from './world/server.ts';
import { Terminal } from './world/terminal.ts';
import { BAD_NETWORK } from './world/torture.ts';

const { count, wanted, within } = BAD_NETWORK;
const bytes = statSync(film(wanted)).size;
const only = process.env['DEWDROP_ENGINE'];
const tries = (kind: string) => !only || kind === only;

let server: Server;
let terminal: Terminal;
let faults: Faults;

beforeAll(async () => {
  server = await Server.starts();
  terminal = new Terminal();
  await terminal.setsUp(server.setUpAddress);
}, within);
afterAll(async () => {
  terminal.ends();
  await server.ends();
});
afterEach(() => faults.leaves());

/** Fetched by the one it was sent to. */
async function arrived(label: string): Promise<string> {
  const path = (await terminal.fetches())[label]?.[0];
  return path === undefined ? 'nothing' : sha256(path);
}

describe.each(ENGINES.filter(tries))('%s', (kind) => {
  let engine: Engine;
  let sender: Sender;

  beforeAll(async () => {
    engine = await Engine.begins(kind);
    engine.expectsBrokenConnections = true;
    sender = await engine.sender();
  }, within);
  afterAll(() => engine.ends());
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await engine.photographs('faults');
    expect(engine.troubles.splice(0)).toEqual([]);
  });

  async function isReady(label: string, path: string): Promise<void> {
    faults = await Faults.stands(server.url);
    await sender.prepares(faults.through(await terminal.makesLink(label)), {}, path);
  }

  test(`a film arrives through ${count} faults`, { timeout: within }, async () => {
    await isReady(`${kind}, ${count} faults`, film(wanted));
    await faults.over(async () => {
      faults.begins({ count, bytes });
      await sender.sends();
      await sender.hasArrived(within);
      // A request too large for a proxy may not come any more, once all have become small.
      expect(faults.left.filter((fault) => fault.kind !== '413')).toEqual([]);
      expect(faults.done.length).toBeGreaterThanOrEqual(count * 0.9);
      expect(await arrived(`${kind}, ${count} faults`)).toBe(await sha256(film(wanted)));
    });
  });

  // Each at the moment when it hurts: reserving, the manifest, the question whether all is there, the commit.
  const calls = {
    reserving: /^PUT .*sub/,
    manifest: /^PUT .*man/,
    offset: /^HEAD/,
    commit: /^POST .*commit/,
  };
  const tried = kind === 'chromium' ? Object.entries(calls) : Object.entries(calls).slice(-1);
  for (const [call, when] of tried) {
    for (const fault of ['lost answer', '502', 'cut down'] as const) {
      const label = `${kind}, ${fault}, ${call}`;
      test(`${fault} at ${call}: it goes on by itself`, async () => {
        await isReady(label, shortFilm());
        await faults.over(async () => {
          faults.orders(fault, when);
          await sender.sends();
          await sender.hasArrived(30_000);
          expect(faults.done.map((one) => one.kind)).toEqual([fault]);
          expect(await arrived(label)).toBe(await sha256(shortFilm()));
        });
      });
    }
  }
});
