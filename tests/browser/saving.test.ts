/** Large files saved at the desk, in three engines and by each way: whole and true, or a plain word and no file. */
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { desk as words } from '../../web/src/text/en.ts';
import { deskIn } from './world/engines/desk.ts';
import { ENGINES } from './world/engines/engine.ts';
import { generator, seedOfRun } from './world/fault-plan.ts';
import { film, sha256 } from './world/film.ts';
import { BAD_NETWORK } from './world/torture.ts';
import { until } from './world/until.ts';

const { count, within } = BAD_NETWORK;
const FILM = film(BAD_NETWORK.wanted * 2);
const LABEL = 'Film';
const FILES = /GET .*\/files\//;
const only = process.env['DEWDROP_ENGINE'];

describe.each(ENGINES.filter((kind) => !only || only === kind))('%s', (kind) => {
  const desk = deskIn(kind, {
    label: LABEL,
    files: [FILM],
    within,
    expectsBrokenConnections: true,
  });

  const card = `article[aria-label="${basename(FILM)}"]`;
  const downloaded = () => (existsSync(desk.engine.downloads) ? readdirSync(desk.engine.downloads) : []);
  /** The film in the downloads, once all of it is there. */
  async function saved(how = () => ''): Promise<string> {
    let path = '';
    await until(
      `the film is saved ${how()}`,
      () => {
        const fresh = downloaded().find((one) => !/\.(part|crdownload|wkdownload)$/.test(one));
        path = fresh === undefined ? '' : join(desk.engine.downloads, fresh);
        return path !== '' && statSync(path).size === statSync(FILM).size;
      },
      within,
    );
    return path;
  }
  const save = new RegExp(`^(${words.submission.save}|${words.submission.saveAgain})$`);

  test('it goes on when its page is left, and the list says how far it is', { timeout: within }, async () => {
    const held = desk.between.holds(FILES, 8);
    await desk.reader.tapsOn({ role: 'button', name: save, within: card });
    await held.came;
    await desk.reader.goesBack();
    await desk.reader.sees('any', /saving, \d+ %/);
    await desk.reader.opens(LABEL);
    await desk.reader.sees('button', words.submission.pause);
    // Erasing is asked for and taken back: that ends nothing.
    await desk.reader.taps(words.submission.erase);
    await desk.reader.taps(words.submission.keep);
    await desk.reader.sees('button', words.submission.erase);
    await desk.reader.sees('button', words.submission.pause);
    await desk.reader.goesBack();
    held.release();
    expect(await sha256(await saved())).toBe(await sha256(FILM));
    await desk.reader.sees('any', new RegExp(`^${words.lists.kept.saved}$`));
    await desk.reader.opens(LABEL);
    await desk.reader.sees('button', words.submission.saveAgain);
  });

  test(`a film is saved through ${count} faults, byte for byte`, { timeout: within }, async () => {
    const seed = seedOfRun();
    const random = generator(seed);
    let faults = 0;
    desk.between.tears(FILES, () => {
      if (faults >= count || random() < 0.3) return null;
      faults += 1;
      return Math.floor(random() * random() * 9_000_000);
    });
    // Some engines put the second film of a name in the place of the first.
    for (const one of downloaded()) rmSync(join(desk.engine.downloads, one));
    await desk.reader.tapsOn({ role: 'button', name: save, within: card });
    const path = await saved(() => `DEWDROP_SEED=${seed}, ${faults} faults`);
    expect(await sha256(path)).toBe(await sha256(FILM));
    expect(faults).toBeGreaterThanOrEqual(Math.min(count, 5));
    await desk.reader.sees('any', words.submission.savedForGood);
  });

  test('an altered film is a plain word, and nothing in the downloads', { timeout: within }, async () => {
    // The head, the last chunk and the first pieces are true.
    let pieces = 0;
    desk.between.bends(FILES, (body) => {
      if (++pieces > 4) body[1000] = (body[1000] ?? 0) ^ 1;
      return body;
    });
    // Anew: what was saved a moment ago may still lie here.
    await desk.reader.goesBack();
    await desk.reader.opens(LABEL);
    const before = downloaded();
    await desk.reader.tapsOn({ role: 'button', name: save, within: card });
    await desk.reader.sees('status', words.submission.trouble.altered, within);
    await until('the browser has put away what it had', () => downloaded().length === before.length);
  });
});
