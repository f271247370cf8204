/** All of a submission saved at once, in three engines: one zip, and another program finds all of it inside. */
import { describe, test } from 'vitest';
import { desk as words } from '../../web/src/text/en.ts';
import { deskIn } from './world/engines/desk.ts';
import { ENGINES } from './world/engines/engine.ts';
import { film, shortFilm } from './world/film.ts';
import { until } from './world/until.ts';
import { holdsAll, Zip } from './world/zip.ts';

const SLOW = 120_000;
const LABEL = 'Several';
const FILES = [film(60_000_000), shortFilm()];
const only = process.env['DEWDROP_ENGINE'];

describe.each(ENGINES.filter((kind) => !only || only === kind))('%s', (kind) => {
  const desk = deskIn(kind, { label: LABEL, files: FILES, within: SLOW });

  test('all of it is one zip, whole and true', { timeout: SLOW }, async () => {
    const saveAll = { role: 'button', name: words.submission.saveAll } as const;
    const path = await desk.reader.downloads(words.submission.saveAll, undefined, SLOW);
    await desk.reader.sees('any', words.submission.savedForGood);
    await holdsAll(new Zip(path), LABEL, FILES);
    await until('its button is gone', async () => (await desk.reader.tab.glimpses(saveAll)) === null);
  });
});
