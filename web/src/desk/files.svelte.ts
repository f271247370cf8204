/**
 * The files of the submission that is shown: fetched and opened by the worker, shown when their first
 * bytes are a picture, a film or a sound, saved under a name that is safe. `saved` is told to the server
 * after the last chunk was verified and the whole file was handed to the browser, never before.
 */
import { SvelteMap } from 'svelte/reactivity';
import type { SubmissionId } from '../sealed/ids.ts';
import { type Desk, type SavedFile, type Saving, SavingError } from '../transfer/desk.ts';
import type { FileFacts } from './lists.ts';
import { type Shown, sniff, SNIFF_BYTES } from './sniff.ts';

export type Trouble = 'dropped' | 'altered' | 'no-room' | 'gone' | 'failed';

export type FileState =
  | { is: 'closed' }
  | { is: 'fetching'; opened: number; total: number }
  | { is: 'here'; shown: Shown; url: string; read: (from: number, to: number) => Promise<Uint8Array> }
  | { is: 'trouble'; trouble: Trouble };

/** Shown without being asked for, so that a small film is simply there. */
const AT_ONCE_BYTES = 24 * 1000 * 1000;
/** A download that was just begun is still being copied by the browser. */
export const COPYING_MS = 60_000;

interface Held {
  file: SavedFile;
  urls: string[];
  handedOn: number;
}

/** What of the browser is needed, so that a test can stand in for it. */
export interface FilesHost {
  urlOf: (blob: Blob) => string;
  takeBack: (url: string) => void;
  handOn: (url: string, name: string) => void;
  later: (ms: number, then: () => void) => void;
  now: () => number;
}

export class Files {
  readonly #states = new SvelteMap<number, FileState>();
  readonly #desk: Desk;
  readonly #id: SubmissionId;
  readonly #busy: Set<unknown>;
  readonly #host: FilesHost;
  readonly #held = new SvelteMap<number, Held>();
  readonly #savings = new SvelteMap<number, Saving>();
  #left = false;

  constructor(desk: Desk, id: string, busy: Set<unknown>, host: FilesHost = thisBrowser) {
    this.#host = host;
    this.#desk = desk;
    this.#id = id as SubmissionId;
    this.#busy = busy;
  }

  state(n: number): FileState {
    return this.#states.get(n) ?? { is: 'closed' };
  }

  /** Small pictures and films, one after the other. */
  async showSmall(files: readonly FileFacts[]): Promise<void> {
    for (const file of files) {
      const showable = /^(image|video|audio)\//.test(file.type);
      if (showable && file.size <= AT_ONCE_BYTES && this.state(file.n).is === 'closed') {
        await this.fetch(file.n);
      }
      if (this.#left) return;
    }
  }

  /** True once the whole file is here and verified. */
  async fetch(n: number): Promise<boolean> {
    if (this.#held.has(n)) return true;
    if (this.#savings.has(n)) return false;
    this.#set(n, { is: 'fetching', opened: 0, total: 0 });
    const saving = this.#desk.save(this.#id, n, ({ opened, total }) => {
      if (this.#savings.has(n)) this.#set(n, { is: 'fetching', opened, total });
    });
    this.#savings.set(n, saving);
    this.#busy.add(saving);
    try {
      const file = await saving.done;
      if (this.#left) {
        await file.discard();
        return false;
      }
      await this.#here(n, file);
      return true;
    } catch (error) {
      this.#set(n, troubleOf(error));
      return false;
    } finally {
      this.#savings.delete(n);
      this.#busy.delete(saving);
    }
  }

  cancel(n: number): void {
    this.#savings.get(n)?.cancel();
  }

  /** Hands the file to the browser's downloads; true when it did. */
  async save(n: number, name: string): Promise<boolean> {
    if (!(await this.fetch(n))) return false;
    const held = this.#held.get(n);
    if (!held) return false;
    const url = this.#host.urlOf(held.file.blob);
    held.urls.push(url);
    held.handedOn = this.#host.now();
    this.#host.handOn(url, name);
    return true;
  }

  /** Takes back what was shown and removes the copies in this browser. */
  leave(): void {
    this.#left = true;
    for (const saving of this.#savings.values()) saving.cancel();
    for (const { file, urls, handedOn } of this.#held.values()) {
      const discard = (): void => {
        for (const url of urls) this.#host.takeBack(url);
        void file.discard().catch(() => undefined);
      };
      const copying = COPYING_MS - (this.#host.now() - handedOn);
      if (copying > 0) this.#host.later(copying, discard);
      else discard();
    }
    this.#held.clear();
    this.#states.clear();
  }

  async #here(n: number, file: SavedFile): Promise<void> {
    const head = new Uint8Array(await file.blob.slice(0, SNIFF_BYTES).arrayBuffer());
    const shown = sniff(head);
    const urls: string[] = [];
    let url = '';
    if (shown.as !== 'nothing') {
      url = this.#host.urlOf(file.blob.slice(0, file.blob.size, shown.mime));
      urls.push(url);
    }
    this.#held.set(n, { file, urls, handedOn: -COPYING_MS });
    const read = async (from: number, to: number) =>
      new Uint8Array(await file.blob.slice(from, to + 1).arrayBuffer());
    this.#set(n, { is: 'here', shown, url, read });
  }

  #set(n: number, state: FileState): void {
    if (!this.#left) this.#states.set(n, state);
  }
}

/** A download by a click on a link; the URL is never opened as a page. */
export function handOn(url: string, name: string): void {
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.rel = 'noreferrer';
  link.click();
}

const thisBrowser: FilesHost = {
  urlOf: (blob) => URL.createObjectURL(blob),
  takeBack: (url) => URL.revokeObjectURL(url),
  handOn,
  later: (ms, then) => void setTimeout(then, ms),
  now: () => Date.now(),
};

function troubleOf(error: unknown): FileState {
  const reason = error instanceof SavingError ? error.reason : 'failed';
  switch (reason) {
    case 'cancelled':
    case 'locked':
      return { is: 'closed' };
    case 'cut-off':
      return { is: 'trouble', trouble: 'dropped' };
    case 'altered':
      return { is: 'trouble', trouble: 'altered' };
    case 'no-room':
      return { is: 'trouble', trouble: 'no-room' };
    case 'erased':
      return { is: 'trouble', trouble: 'gone' };
    case 'not-opened':
    case 'failed':
      return { is: 'trouble', trouble: 'failed' };
  }
}
