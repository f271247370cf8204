/**
 * What is measured at the desk while a large file is saved, in each engine, driven as the tests drive it. Nobody
 * can press the buttons of the picker, so that each goes the best way behind it.
 */
import { statSync } from 'node:fs';
import { Engine, ENGINES, type EngineKind } from '../../tests/browser/world/engines/engine.ts';
import { Reader } from '../../tests/browser/world/engines/reader.ts';
import type { Tab } from '../../tests/browser/world/engines/tab.ts';
import { sha256 } from '../../tests/browser/world/film.ts';
import { SIZES } from '../../tests/browser/world/sizes.ts';
import { until } from '../../tests/browser/world/until.ts';
import { refusesToPick } from '../../tests/browser/world/world.ts';
import { desk as words } from '../../web/src/text/en.ts';
import { machine } from './machine.ts';
import { growthWhile } from './memory.ts';
import type { Saved } from './report.ts';
import { NAME, PASSPHRASE, type Scene } from './scene.ts';

export { ENGINES };
/** What the one submission that is there is called. */
export const LABEL = 'Film';
/** Another engine may have saved it before. */
const SAVE = new RegExp(`^(${words.submission.save}|${words.submission.saveAgain})$`);
/** Milliseconds that a saving may take before something is wrong. */
const SAVED_WITHIN = 900_000;
/** What opening the desk has left to be done. */
const SETTLES_MS = 3_000;

/** The file behind `path` was sent before. Throws when what was saved is not the same. */
export async function saves(
  kind: EngineKind,
  scene: Scene,
  path: string,
): Promise<Omit<Saved, 'what' | 'engine' | 'bytes'>> {
  const engine = await Engine.begins(kind);
  try {
    const tab = knowing(await engine.opensTab(SIZES.desktop));
    const reader = new Reader(tab, scene.server.url, engine.downloads);
    await reader.signsIn({ name: NAME, passphrase: PASSPHRASE });
    await reader.opens(LABEL);
    await new Promise((resolve) => setTimeout(resolve, SETTLES_MS));
    const { size } = statSync(path);
    let saved = '';
    let ms = 0;
    const grown = await growthWhile(engine.pid(), async () => {
      const began = performance.now();
      saved = await reader.downloads(SAVE, undefined, SAVED_WITHIN);
      // WebKit gives it its name before all of it is there.
      await until(`${size} bytes in ${saved}`, () => statSync(saved).size === size, SAVED_WITHIN);
      ms = Math.round(performance.now() - began);
    });
    const way = (await tab.evaluate(largestCopy)) === size ? 'copy' : 'stream';
    const browser = await tab.evaluate(() => navigator.userAgent);
    if ((await sha256(saved)) !== (await sha256(path)))
      throw new Error('what was saved is not what was sent');
    return { way, ms, ...grown, machine: machine(browser) };
  } finally {
    await engine.ends();
  }
}

/**
 * A tab whose pages know the call by which tsx names the functions that it sends there. What is told to each new
 * page comes too early for it, and is done again.
 */
function knowing(tab: Tab): Tab {
  const goes = tab.goes.bind(tab);
  tab.goes = async (url) => {
    await goes(url);
    await tab.evaluate(() => void Reflect.set(globalThis, '__name', (named: unknown) => named));
    await tab.evaluate(refusesToPick);
  };
  return tab;
}

/** Runs in the page: bytes of the largest file in the browser's own storage. */
async function largestCopy(): Promise<number> {
  type Folder = FileSystemDirectoryHandle & { values(): AsyncIterable<FileSystemHandle> };
  // WebKitGTK has no such storage.
  const { storage } = navigator as { storage?: StorageManager };
  const folders = [(await storage?.getDirectory().catch(() => null)) as Folder | null | undefined];
  let largest = 0;
  for (let folder = folders.pop(); folder; folder = folders.pop()) {
    for await (const found of folder.values()) {
      if (found.kind === 'directory') folders.push(found as Folder);
      else largest = Math.max(largest, (await (found as FileSystemFileHandle).getFile()).size);
    }
  }
  return largest;
}
