/**
 * What happens to phones and servers in the middle of it: the tab is thrown away, the browser killed and
 * begun again, the server killed and begun again, each at a random byte. It goes on or begins anew, what
 * arrives is the film, and nothing is left behind: not on the phone, not on the server.
 */
import { statSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { begun, send as words } from '../../web/src/text/en.ts';
import { Disk } from './world/disk.ts';
import { Engine, type EngineKind, ENGINES } from './world/engines/engine.ts';
import type { Sender } from './world/engines/sender.ts';
import { generator, seedOfRun } from './world/fault-plan.ts';
import { Faults } from './world/faults.ts';
import { film, sha256 } from './world/film.ts';
import { keptIn, NOTHING } from './world/leftovers.ts';
import { Server } from './world/server.ts';
import { Terminal } from './world/terminal.ts';
import { TORTURE } from './world/torture.ts';
import { until } from './world/until.ts';

/** `safe`: once the page says that it may be closed. */
const WAYS = ['tab', 'safe browser', 'server', 'safe tab', 'browser'] as const;
type Way = (typeof WAYS)[number];

const FILM = film(5_000_000);
const BYTES = statSync(FILM).size;
const SLOW = 120_000;
const MOST = 50;
const seed = seedOfRun();
const only = process.env['DEWDROP_ENGINE'];

/** Engines beside Chromium get the two that differ most; where nothing can be kept, nothing is ever safe. */
function waysOf(kind: EngineKind): readonly Way[] {
  if (kind === 'webkit') return ['tab', 'server'];
  return kind === 'chromium' ? WAYS : ['tab', 'safe browser'];
}

/** Does what the page offers, until it has arrived; says what that was. */
async function doesWhatIsOffered(sender: Sender, within = SLOW): Promise<string[]> {
  const did: string[] = [];
  const offers = {
    continues: new RegExp(`^${begun.goOn('').replace(/\(.*/, '')}`),
    starts: new RegExp(`^(${words.asked.start}|${words.asked.goOn})$`),
    picks: words.film.choose,
    sends: /^Send/,
  };
  await until(
    `it arrives, after ${did.join(', ')}`,
    async () => {
      if (await sender.tab.glimpses({ role: 'heading', name: words.arrived.headline })) return true;
      for (const [what, name] of Object.entries(offers)) {
        if (did.at(-1) === what || !(await sender.tab.glimpses({ role: 'button', name }))) continue;
        if (what === 'picks') await sender.picks(FILM);
        else await sender.taps(name);
        did.push(what);
      }
      return false;
    },
    within,
  );
  return did;
}

describe.each(ENGINES.filter((kind) => !only || only === kind))(`%s, DEWDROP_SEED=${seed}`, (kind) => {
  let server: Server;
  let terminal: Terminal;
  let engine: Engine;
  let faults: Faults;
  let sender: Sender;
  let arrivals = 0;

  beforeAll(async () => {
    server = await Server.starts();
    terminal = new Terminal();
    await terminal.setsUp(server.setUpAddress);
    faults = await Faults.stands(server.url);
    engine = await Engine.begins(kind);
    engine.expectsBrokenConnections = true;
    sender = await engine.sender();
  }, SLOW);
  afterAll(async () => {
    await engine.ends();
    await faults.leaves();
    terminal.ends();
    await server.ends();
  });
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await engine.photographs('kills');
    faults.letsThrough();
    expect(engine.troubles.splice(0)).toEqual([]);
  });

  async function isKilled(way: Way): Promise<void> {
    if (way === 'server') {
      await server.kills();
      faults.letsThrough();
      await server.start();
      return;
    }
    if (way.endsWith('tab')) {
      const next = await engine.sender();
      await sender.closesTab();
      sender = next;
    } else {
      await engine.restarts();
      sender = await engine.sender();
    }
    faults.letsThrough();
  }

  const ways = waysOf(kind);
  const times =
    kind === 'chromium' ? Math.min(MOST, ways.length * TORTURE) : ways.length * Math.min(5, TORTURE);
  for (let n = 0; n < times; n++) {
    const way = ways[n % ways.length] ?? 'tab';
    const at = Math.floor(generator(seed + n)() * BYTES);
    test(`${n}: ${way} killed at byte ${at}`, { timeout: SLOW }, async () => {
      const label = `Killed ${n}`;
      const link = faults.through(await terminal.makesLink(label));
      await sender.prepares(link, {}, FILM);
      const came = faults.holdsAt(at);
      await sender.sends();
      await came;
      const isSafe = way.startsWith('safe');
      if (isSafe) await until('it is safe', async () => (await sender.reads()).includes(words.sending.safe));
      await isKilled(way);
      // Whoever lost the link comes back to the bare address.
      if (way !== 'server') await sender.opens(way === 'safe browser' ? `${faults.url}/u` : link);
      const did = await doesWhatIsOffered(sender);
      if (isSafe) expect(did).toEqual(['continues']);
      if (way === 'server') expect(did).toEqual([]);
      arrivals += 1;

      await until('nothing is left on the phone', async () => {
        return JSON.stringify(await keptIn(sender.tab)) === JSON.stringify(NOTHING);
      }).catch(async () => expect(await keptIn(sender.tab)).toEqual(NOTHING));
      const path = (await terminal.fetches())[label]?.[0] ?? 'nothing came';
      expect(await sha256(path)).toBe(await sha256(FILM));
      // The account, and what arrived: no link, nothing that was begun and given up.
      const disk = new Disk(server.data);
      await until('the server holds nothing else', () => disk.directories().length === 1 + arrivals);
    });
  }
});
