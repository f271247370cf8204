/**
 * The picked file changes, grows, shrinks or vanishes while it is sent: plain words, what is safe, what to
 * do, and never a delivery of anything but what was picked.
 */
import {
  appendFileSync,
  copyFileSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { expect, test } from 'vitest';
import { stops } from '../../web/src/text/en.ts';
import { sha256 } from './world/film.ts';
import { FILM, halfWay, LITTLE_ROOM, SLOW } from './world/half-way.ts';

const way = halfWay('trouble');

const harm: Record<string, (path: string) => void> = {
  changes: (path) => {
    const bytes = readFileSync(path);
    writeFileSync(path, bytes.fill(7, bytes.length - 1_000_000));
  },
  grows: (path) => appendFileSync(path, 'more'),
  shrinks: (path) => truncateSync(path, statSync(path).size - 1_000_000),
  vanishes: (path) => rmSync(path),
};
for (const [what, happens] of Object.entries(harm)) {
  test(`a film that ${what} half-way is not delivered, and is picked again`, { timeout: SLOW }, async () => {
    const path = way.terminal.at(`film-${what}.mp4`);
    copyFileSync(FILM, path);
    // Without room it is sealed as it is sent, so that half of it is yet to be read.
    const { phone } = await way.half(what, path, LITTLE_ROOM);
    happens(path);
    way.faults.letsThrough();
    await way.stopsWith(phone, stops['file-changed']('').title, stops['file-unreadable']('').title);
    await phone.page.getByText(/Nothing was delivered/).waitFor();
    expect(await way.arrived(what)).toBe(null);
    await phone.button(stops.pick).tap();
    await phone.picks(FILM);
    await phone.sends();
    await phone.hasArrived(SLOW);
    expect(await way.arrived(what)).toBe(await sha256(FILM));
  });
}
