/** What a browser keeps of sending, read as its page could read it: nothing may be left once it is over. */
import type { Tab } from './engines/tab.ts';

export interface Kept {
  /** Files of the origin's private file system under `sending/`, with their folders. */
  readonly staged: readonly string[];
  /** Deliveries that were begun and not finished. */
  readonly begun: number;
}

export const NOTHING: Kept = { staged: [], begun: 0 };

/** The page has to be one of the origin that sent. */
export function keptIn(tab: Tab): Promise<Kept> {
  return tab.evaluate(async () => {
    const staged: string[] = [];
    const walk = async (folder: FileSystemDirectoryHandle, path: string): Promise<void> => {
      for await (const [name, entry] of folder.entries()) {
        staged.push(`${path}${name}`);
        if (entry.kind === 'directory') await walk(entry as FileSystemDirectoryHandle, `${path}${name}/`);
      }
    };
    try {
      const root = await navigator.storage.getDirectory();
      await walk(await root.getDirectoryHandle('sending'), '');
    } catch {
      // No such file system, or no such folder.
    }
    const there = await indexedDB.databases();
    if (!there.some(({ name }) => name === 'dewdrop-transfer')) return { staged, begun: 0 };
    const begun = await new Promise<number>((counted, failed) => {
      const opening = indexedDB.open('dewdrop-transfer');
      opening.onerror = () => failed(opening.error ?? new Error('no database'));
      opening.onsuccess = () => {
        const database = opening.result;
        const counting = database.transaction('begun').objectStore('begun').count();
        counting.onsuccess = () => {
          database.close();
          counted(counting.result);
        };
      };
    });
    return { staged, begun };
  });
}
