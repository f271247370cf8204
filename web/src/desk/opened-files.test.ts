import { expect, it } from 'vitest';
import { type Desk, type SavedFile, SavingError, type SavingProgress } from '../transfer/desk.ts';
import { Files } from './files.svelte.ts';
import { OpenedFiles } from './opened-files.svelte.ts';
import { type Browser, SMALL_BYTES } from './ways.ts';

const LARGE = { n: 0, size: SMALL_BYTES + 1 };

/** A desk whose savings end when they are told to, and a browser that lets pick where to. */
function desk() {
  const savings: { reached: (opened: number) => void; done: () => void; fail: () => void }[] = [];
  let [cancelled, made] = [0, 0];
  const own = {
    save: (_id: string, _n: number, progress: (progress: SavingProgress) => void) => {
      let resolve = (_file: SavedFile): void => undefined;
      let reject = (_why: Error): void => undefined;
      const done = new Promise<SavedFile>((yes, no) => ([resolve, reject] = [yes, no]));
      const reached = (opened: number) =>
        progress({ opened, total: LARGE.size, paused: opened < 0, waiting: null });
      savings.push({
        reached,
        done: () => resolve({ blob: null, discard: () => Promise.resolve() }),
        fail: () => reject(new SavingError('cut-off')),
      });
      const cancel = () => {
        cancelled += 1;
        reject(new SavingError('cancelled'));
      };
      const nothing = (): void => undefined;
      return { done, cancel, pause: nothing, resume: nothing };
    },
  } as unknown as Desk;
  const host = { picks: () => Promise.resolve({} as FileSystemFileHandle) } as unknown as Browser;
  const all = new OpenedFiles((id) => {
    made += 1;
    return new Files(own, id, new Set(), host);
  });
  return { all, savings, cancelled: () => cancelled, made: () => made };
}

async function beginsAndLeaves() {
  const { all, savings, ...more } = desk();
  const files = all.of('a');
  const saved = files.save(LARGE, 'x');
  await expect.poll(() => savings.length).toBe(1);
  all.leave('a');
  const [saving] = savings;
  if (!saving) throw new Error('nothing is saved');
  return { all, files, saved, saving, ...more };
}

it('what is being saved goes on when its page is left, and is found again as it stands', async () => {
  const { all, files, saved, saving, made, cancelled } = await beginsAndLeaves();
  saving.reached(LARGE.size / 4);
  expect(all.standing('a')).toEqual({ is: 'saving', percent: 25 });
  expect([all.standing('b'), all.wouldEnd]).toEqual([null, true]);
  expect(all.of('a')).toBe(files);
  // A page that broke is opened again without having been left.
  expect(all.of('a')).toBe(files);
  all.leave('a');
  saving.done();
  expect(await saved).toBe(true);
  await expect.poll(() => all.standing('a')).toBe(null);
  expect(all.wouldEnd).toBe(false);
  expect(all.of('a')).not.toBe(files);
  expect([made(), cancelled()]).toEqual([2, 0]);
});

it('what could not be saved meanwhile says so until it was looked at', async () => {
  const { all, files, saved, saving } = await beginsAndLeaves();
  saving.fail();
  expect(await saved).toBe(false);
  expect(all.standing('a')).toEqual({ is: 'failed' });
  expect(all.of('a')).toBe(files);
  expect(files.saving(0)).toEqual({ is: 'trouble', trouble: 'dropped' });
  all.leave('a');
  expect(all.standing('a')).toBe(null);
});

it.each([
  ['is no longer there', (all: OpenedFiles) => all.keepsOnly((id) => id !== 'a')],
  ['is on a desk that is locked', (all: OpenedFiles) => all.end()],
])('what %s is not saved any further', async (_, ends) => {
  const { all, saved, cancelled } = await beginsAndLeaves();
  ends(all);
  expect(await saved).toBe(false);
  expect([cancelled(), all.standing('a'), all.wouldEnd]).toEqual([1, null, false]);
});

it('what is only looked at ends with its page', () => {
  const { all } = desk();
  const files = all.of('a');
  all.leave('a');
  expect(all.of('a')).not.toBe(files);
});
