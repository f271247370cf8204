/** A delivery that is held in the middle: the network stands at a byte, so that whatever happens, happens there. */
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { send as words } from '../../../web/src/text/en.ts';
import { Faults } from './faults.ts';
import { film, sha256 } from './film.ts';
import type { Phone } from './phone.ts';
import type { Terminal } from './terminal.ts';
import { JO, type Trainer } from './trainer.ts';
import { World } from './world.ts';

/** Long beside what is sealed ahead of the network. */
export const FILM = film(60_000_000);
const MIDDLE = 12_000_000;
export const SLOW = 120_000;
/** Less than any film takes. */
export const LITTLE_ROOM = 4_000_000;

export interface HalfWay {
  readonly world: World;
  readonly trainer: Trainer;
  readonly terminal: Terminal;
  readonly faults: Faults;
  /** A phone that has opened a link through the faults. */
  opens(link: string): Promise<Phone>;
  /** Picked, and ready to be sent; the phone has as little room for it as told. */
  picked(label: string, path: string, room?: number): Promise<{ phone: Phone; link: string }>;
  /** Sends until the middle is there, and the rest waits. */
  holds(phone: Phone): Promise<void>;
  half(label: string, path: string, room?: number): Promise<{ phone: Phone; link: string }>;
  hasRoom(phone: Phone, quotaSize: number): Promise<void>;
  /** SHA-256 of what was fetched by the one it was sent to; null when nothing came. */
  arrived(label: string): Promise<string | null>;
  stopsWith(phone: Phone, ...titles: string[]): Promise<void>;
}

/** For a test file: a desk, and faults of its own for each test. */
export function halfWay(name: string): HalfWay {
  let world: World;
  let trainer: Trainer;
  let terminal: Terminal;
  let faults: Faults;

  beforeAll(async () => {
    world = await World.begins();
    world.watch.expectsBrokenConnections = true;
    trainer = await world.desktop();
    await trainer.setsUp(world.server.setUpAddress);
    terminal = world.terminal();
    await terminal.signsIn(world.server.url, JO);
  }, SLOW);
  afterAll(() => world.ends());
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await world.photographs(name);
    await faults.leaves();
    expect(world.watch.troubles.splice(0)).toEqual([]);
  });

  async function opens(link: string): Promise<Phone> {
    faults = await Faults.stands(world.server.url);
    const phone = await world.phone();
    await phone.opens(faults.through(link));
    return phone;
  }

  async function hasRoom(phone: Phone, quotaSize: number): Promise<void> {
    const devtools = await phone.page.context().newCDPSession(phone.page);
    await devtools.send('Storage.overrideQuotaForOrigin', { origin: faults.url, quotaSize });
  }

  async function picked(label: string, path: string, room?: number) {
    const link = await terminal.makesLink(label);
    const phone = await opens(link);
    if (room !== undefined) await hasRoom(phone, room);
    await phone.starts();
    await phone.picks(path);
    await phone.heading(words.check.headline).waitFor();
    return { phone, link };
  }

  async function holds(phone: Phone): Promise<void> {
    const came = faults.holdsAt(MIDDLE);
    await phone.sends();
    await came;
  }

  return {
    get world() {
      return world;
    },
    get trainer() {
      return trainer;
    },
    get terminal() {
      return terminal;
    },
    get faults() {
      return faults;
    },
    opens,
    picked,
    holds,
    hasRoom,
    async half(label, path, room) {
      const sending = await picked(label, path, room);
      await holds(sending.phone);
      return sending;
    },
    async arrived(label) {
      const path = (await terminal.fetches())[label]?.[0];
      return path === undefined ? null : sha256(path);
    },
    async stopsWith(phone, ...titles) {
      await phone.heading(new RegExp(titles.join('|'))).waitFor({ timeout: 30_000 });
    },
  };
}
