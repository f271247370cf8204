/** Downloads on a disk without room for what is saved: a plain word, and nothing left behind. */
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { desk as words } from '../../web/src/text/en.ts';
import { deskIn } from './world/engines/desk.ts';
import { film } from './world/film.ts';
import { until } from './world/until.ts';

const SLOW = 120_000;
const FILM = film(60_000_000);
const only = process.env['DEWDROP_ENGINE'];

// Firefox copies into itself first and tells of its downloads itself; WebKitGTK tells nobody.
describe.runIf(!only || only === 'chromium')('chromium', () => {
  const desk = deskIn('chromium', { label: 'Film', files: [FILM], within: SLOW });
  let mounted = '';
  afterAll(() => void (mounted && execFileSync('umount', ['--lazy', mounted])));

  test('a film that does not fit is said to be none', { timeout: SLOW }, async ({ skip }) => {
    const { downloads } = desk.engine;
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'tmpfs', downloads]);
      mounted = downloads;
    } catch (error) {
      skip(`no small disk can be made here: ${String(error)}`);
    }
    await desk.reader.taps(words.submission.save, `article[aria-label="${basename(FILM)}"]`);
    await desk.reader.sees('status', words.submission.trouble.stopped, SLOW);
    await until('nothing of it is left', () => readdirSync(downloads).length === 0);
    expect(await desk.reader.reads()).not.toContain(words.submission.savedForGood);
  });
});
