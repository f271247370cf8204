/**
 * Programs on a bad network: `dewdrop send`, and the tus clients of others against the upload URL of a
 * submission that a script reserved. What arrives is the file, byte for byte.
 */
import { statSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type Kind, KINDS } from './world/fault-plan.ts';
import { Faults } from './world/faults.ts';
import { film, sha256 } from './world/film.ts';
import { Reserved } from './world/reserved.ts';
import { Server } from './world/server.ts';
import { Terminal } from './world/terminal.ts';
import { BAD_NETWORK } from './world/torture.ts';
import { type Sends, tusJsClient, tuspy } from './world/tus-clients.ts';

const { count, wanted, within } = BAD_NETWORK;
const bytes = statSync(film(wanted)).size;
/**
 * Neither makes its requests smaller when one is too large for a proxy. What tuspy is built on takes an
 * answer that ends within its head for a whole one, without headers, and tuspy falls over the offset.
 */
const UNFIT: Readonly<Record<string, readonly Kind[]>> = {
  'tus-js-client': ['413'],
  tuspy: ['413', 'cut down'],
};

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

test(
  'dewdrop send brings it through',
  async () => {
    faults = await Faults.stands(server.url);
    await faults.over(async () => {
      const link = terminal.writes('link.txt', faults.through(await terminal.makesLink('By terminal')));
      faults.begins({ count, bytes, kinds: KINDS.filter((kind) => kind !== '413') });
      await terminal.dewdrop('send', `@${link}`, film(wanted));
      expect(faults.done.length).toBeGreaterThanOrEqual(count * 0.9);
      expect(await arrived('By terminal')).toBe(await sha256(film(wanted)));
    });
  },
  within,
);

const clients: Record<string, Sends> = { 'tus-js-client': tusJsClient, tuspy };
for (const [name, sends] of Object.entries(clients)) {
  for (const network of ['straight', 'bad']) {
    test(
      `${name} brings a file to an upload URL, ${network} network`,
      async () => {
        faults = await Faults.stands(server.url);
        await faults.over(async () => {
          const label = `By ${name}, ${network}`;
          const reserved = await Reserved.through(
            await terminal.makesLink(label),
            film(wanted),
            terminal.folder,
          );
          const kinds = KINDS.filter((kind) => !UNFIT[name]?.includes(kind));
          if (network === 'bad') faults.begins({ count, bytes, kinds });
          await sends(reserved, reserved.uploadUrl(faults.url));
          expect(faults.left).toEqual([]);
          expect(faults.done).toHaveLength(network === 'bad' ? count : 0);
          expect(await reserved.offset()).toBe(reserved.size);
          await reserved.commits();
          expect(await arrived(label)).toBe(await sha256(film(wanted)));
        });
      },
      within,
    );
  }
}
