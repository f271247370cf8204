/**
 * The files of the submission that is shown: opened by the worker, shown when their first bytes are a picture,
 * a film or a sound, saved under a name that is safe. Large ones are watched while they are fetched, and saved
 * without a copy in between. `saved` is told to the server after the last chunk was verified and the whole file
 * was written or handed to the browser, never before.
 */
import { SvelteMap } from 'svelte/reactivity';
import type { SubmissionId } from '../sealed/ids.ts';
import type { Desk, Destination, SavedFile, Saving, SavingProgress, ZipWish } from '../transfer/desk.ts';
import { SavingError } from '../transfer/desk.ts';
import type { Refusal } from '../player/able.ts';
import type { PictureRefusal } from '../player/picture.ts';
import type { FileFacts } from './lists.ts';
import { BEGUN, type InTrouble, type Key, type Moving, troubleOf } from './moving.ts';
import { type Shown, sniff, SNIFF_BYTES } from './sniff.ts';
import { BEGINS_WITHIN_MS, type Browser, SMALL_BYTES, thisBrowser } from './ways.ts';
import { Wishes } from './wishes.svelte.ts';

export type FileState = { is: 'closed' } | Moving | Here | InTrouble;

export interface Here {
  is: 'here';
  shown: Shown;
  /** What a player is given; empty when nothing is shown. */
  url: string;
  /** Plaintext bytes. */
  size: number;
  /** Plaintext `from` to `to`, both included. */
  read: (from: number, to: number) => Promise<Uint8Array>;
}

/** Fetched whole and shown without being asked for, so that a small film is simply there. */
const AT_ONCE_BYTES = 24 * 1000 * 1000;
/** A download that was just begun is still being copied by the browser. */
export const COPYING_MS = 60_000;

/** Why what is here is not shown. */
export type NotShown = Refusal | PictureRefusal | 'sound';

type Begin = (progress: (progress: SavingProgress) => void, destination: Destination) => Saving;

interface Held {
  blob: Blob;
  discard: () => Promise<void>;
  urls: string[];
  handedOn: number;
}

export class Files {
  readonly #states = new SvelteMap<number, FileState>();
  readonly #progress = new SvelteMap<Key, Moving | InTrouble>();
  readonly #notShown = new SvelteMap<number, NotShown>();
  readonly #held = new SvelteMap<number, Held>();
  readonly #running = new SvelteMap<Key, Saving>();
  // A file that is copied here first moves as one that is shown does.
  readonly wishes = new Wishes(
    (key) => this.saving(key) ?? (key === 'all' ? null : notClosed(this.state(key))),
  );
  /** A download was begun and has not asked for its bytes yet. */
  #asking = 0;
  readonly #desk: Desk;
  readonly #id: SubmissionId;
  readonly #busy: Set<unknown>;
  readonly #browser: Browser;
  /** Ends what a player reads. */
  readonly #streamed: (() => void)[] = [];
  /** Its page was left, while something was being saved. */
  away = false;
  #left = false;
  /** Another one since what was shown was taken back. */
  #round = 0;

  constructor(desk: Desk, id: string, busy: Set<unknown>, browser: Browser = thisBrowser()) {
    this.#browser = browser;
    this.#desk = desk;
    this.#id = id as SubmissionId;
    this.#busy = busy;
  }

  state(n: number): FileState {
    return this.#states.get(n) ?? { is: 'closed' };
  }

  /** How the saving of a file, or of all, stands while the file may be shown. */
  saving(key: Key): Moving | InTrouble | null {
    return this.#progress.get(key) ?? null;
  }

  /** This browser can not show it, however often it is tried. */
  refuses(n: number, why: NotShown): void {
    if (!this.#left) this.#notShown.set(n, why);
  }

  refused(n: number): NotShown | null {
    return this.#notShown.get(n) ?? null;
  }

  /** Whether it is said to be a film, and nothing that is known of it speaks against that. */
  mayBeFilm({ n, type }: Pick<FileFacts, 'n' | 'type'>): boolean {
    const state = this.state(n);
    if (!type.startsWith('video/') || this.refused(n) !== null) return false;
    if (state.is === 'trouble') return state.trouble !== 'altered' && state.trouble !== 'gone';
    return state.is !== 'here' || state.shown.as === 'video';
  }

  /** Small pictures and films, one after the other. */
  async showSmall(files: readonly FileFacts[]): Promise<void> {
    for (const file of files) {
      const showable = /^(image|video|audio)\//.test(file.type);
      if (showable && file.size <= AT_ONCE_BYTES && this.state(file.n).is === 'closed') await this.show(file);
      if (this.#left || this.away) return;
    }
  }

  /** Shown as soon as there is something to be seen. */
  async show(file: Pick<FileFacts, 'n' | 'name' | 'size'>): Promise<void> {
    if (this.state(file.n).is === 'fetching' || this.state(file.n).is === 'here') return;
    if (file.size <= AT_ONCE_BYTES) return void (await this.#fetch(file.n, false));
    this.#set(file.n, BEGUN);
    try {
      if (await this.#watches(file)) return;
    } catch (error) {
      return this.#ended(file.n, error);
    }
    if (!this.#left) await this.#fetch(file.n, true);
  }

  /** True once the file was saved or handed to the browser's downloads, whole and verified. */
  async save(file: Pick<FileFacts, 'n' | 'size'>, name: string): Promise<boolean> {
    if (this.#running.has(file.n)) return false;
    return this.wishes.run(file.n, () => this.#saveOne(file, name));
  }

  /** Everything in one zip; true as for a file. */
  async saveAll(wish: ZipWish, size: number, name: string): Promise<boolean> {
    if (this.#running.has('all')) return false;
    return this.wishes.run('all', () => this.#saveZip(wish, size, name));
  }

  /** A page that is gone to now would be a download that begins. */
  get asks(): boolean {
    return this.#asking > 0;
  }

  async #saveOne({ n, size }: Pick<FileFacts, 'n' | 'size'>, name: string): Promise<boolean> {
    const held = this.#held.get(n);
    if (held) return this.#handsOn(held, name);
    const begin: Begin = (progress, to) => this.#desk.save(this.#id, n, progress, to);
    const saved = size > SMALL_BYTES ? await this.#saves(n, size, name, begin) : null;
    // What was said of looking at it is over: all of it came.
    if (saved === true && this.state(n).is === 'trouble') this.#states.delete(n);
    if (saved !== null) return saved;
    await this.#fetch(n, false);
    const here = this.#held.get(n);
    return here !== undefined && this.#handsOn(here, name);
  }

  async #saveZip(wish: ZipWish, size: number, name: string): Promise<boolean> {
    const begin: Begin = (progress, to) => this.#desk.saveAll(this.#id, wish, progress, to);
    const saved = size > SMALL_BYTES ? await this.#saves('all', size, name, begin) : null;
    if (saved !== null) return saved;
    const file = await this.#runs('all', begin, { to: 'own' });
    if (!file?.blob) return false;
    const held: Held = { blob: file.blob, discard: file.discard, urls: [], handedOn: 0 };
    this.#handsOn(held, name);
    this.#browser.later(COPYING_MS, () => this.#letsGo(held));
    return true;
  }

  cancel(key: Key): void {
    this.#running.get(key)?.cancel();
  }

  pause(key: Key): void {
    this.#running.get(key)?.pause();
  }

  resume(key: Key): void {
    this.#running.get(key)?.resume();
  }

  /** Holds what is on its way, until it is let go on. */
  hold(): () => void {
    const held = [...this.#running].filter(([key]) => !this.wishes.moving(key).paused);
    for (const [, saving] of held) saving.pause();
    return () => held.forEach(([, saving]) => saving.resume());
  }

  /** Takes back what was shown and removes the copies in this browser. What is being saved goes on. */
  hide(): void {
    this.#round += 1;
    for (const [key, saving] of this.#running) if (!this.wishes.has(key)) saving.cancel();
    for (const end of this.#streamed.splice(0)) end();
    for (const held of this.#held.values()) {
      const copying = COPYING_MS - (this.#browser.now() - held.handedOn);
      if (copying > 0) this.#browser.later(copying, () => this.#letsGo(held));
      else this.#letsGo(held);
    }
    this.#held.clear();
    this.#notShown.clear();
    for (const n of [...this.#states.keys()]) if (!this.wishes.has(n)) this.#states.delete(n);
  }

  /** For good: all of it ends. */
  leave(): void {
    this.#left = true;
    this.hide();
    for (const key of this.#running.keys()) if (this.wishes.has(key)) this.cancel(key);
    this.#states.clear();
    this.#progress.clear();
  }

  /** Through the service worker; false where that can not be. Throws SavingError. */
  async #watches({ n, name, size }: Pick<FileFacts, 'n' | 'name' | 'size'>): Promise<boolean> {
    const { streams } = this.#browser;
    const round = this.#round;
    if (!(await streams.ready())) return false;
    const reading = await this.#desk.read(this.#id, n, (why) => {
      end();
      this.#ended(n, why);
    });
    const shown = sniff(await reading.read(0, Math.min(SNIFF_BYTES, size) - 1));
    const type = shown.as === 'nothing' ? '' : shown.mime;
    const stream = streams.add((port) => reading.serve(port, { type, name }));
    // WebKit is answered for minutes by one that must not be killed meanwhile; others ask it again.
    const unwatch = streams.watches(stream.url, () => undefined);
    const end = (): void => {
      unwatch();
      stream.remove();
      reading.close();
    };
    const proven = shown.as === 'nothing' || (await streams.proves(stream, size));
    const hidden = round !== this.#round;
    if (hidden || !proven) {
      end();
      return hidden;
    }
    this.#streamed.push(end);
    const url = shown.as === 'nothing' ? '' : stream.url;
    this.#set(n, { is: 'here', shown, url, size, read: (from, to) => reading.read(from, to) });
    return true;
  }

  /** All of it into a copy of this browser's, which is then shown. */
  async #fetch(n: number, whole: boolean): Promise<void> {
    if (this.#held.has(n) || this.#running.has(n)) return;
    this.#set(n, { ...BEGUN, whole });
    const moved = (progress: SavingProgress): void => this.#set(n, { is: 'fetching', ...progress, whole });
    const saving = this.#desk.save(
      this.#id,
      n,
      (progress) => {
        if (this.#running.has(n)) moved(progress);
      },
      { to: 'own' },
    );
    try {
      const file = await this.#busyWith(n, saving);
      if (this.#left) return void (await file.discard());
      await this.#here(n, file);
    } catch (error) {
      this.#ended(n, error);
    }
  }

  /** By the best way for what is large; null when there is none but a copy in this browser. */
  async #saves(key: Key, size: number, name: string, begin: Begin): Promise<boolean | null> {
    const handle = await this.#browser.picks(name);
    if (handle === 'no' || this.#left) return false;
    if (handle !== null) return (await this.#runs(key, begin, { to: 'picked', handle })) !== null;
    if (await this.#browser.copiesFirst(size)) return null;
    if (!(await this.#browser.streams.ready())) return this.#left ? false : null;
    // The desk was locked, or it is gone: nothing begins any more.
    if (this.#left) return false;
    const { port, stream } = await this.#asked();
    if (this.#left) port?.close();
    if (this.#left) return false;
    if (port === null) return null;
    let lost = false;
    const unwatch = this.#browser.streams.watches(stream.url, () => {
      lost = true;
      this.cancel(key);
    });
    const saved = await this.#runs(key, begin, { to: 'port', port, name });
    unwatch();
    stream.remove();
    if (lost) this.#progress.set(key, { is: 'trouble', trouble: 'dropped' });
    return saved !== null;
  }

  /** A download is begun: the port by which it asks for its bytes, null when it never does. */
  async #asked() {
    let took = (_port: MessagePort | null): void => undefined;
    const asked = new Promise<MessagePort | null>((take) => (took = take));
    const stream = this.#browser.streams.add((port) => took(port));
    this.#asking += 1;
    this.#browser.goTo(stream.url);
    this.#browser.later(BEGINS_WITHIN_MS, () => took(null));
    const port = await asked;
    this.#asking -= 1;
    if (port === null) stream.remove();
    return { port, stream };
  }

  /** Null when it was ended, or ended badly: that is then shown. */
  async #runs(key: Key, begin: Begin, destination: Destination): Promise<SavedFile | null> {
    this.#tells(key, BEGUN);
    const saving = begin((progress) => {
      if (this.#running.has(key)) this.#tells(key, { is: 'fetching', ...progress, whole: false });
    }, destination);
    try {
      const file = await this.#busyWith(key, saving);
      this.#progress.delete(key);
      return file;
    } catch (error) {
      const trouble = troubleOf(error);
      if (trouble === null) this.#progress.delete(key);
      else this.#tells(key, trouble);
      // What was altered or is gone is not shown any longer either.
      const lost = trouble?.trouble === 'altered' || trouble?.trouble === 'gone';
      if (lost && key !== 'all') this.#ended(key, error);
      return null;
    }
  }

  async #busyWith(key: Key, saving: Saving): Promise<SavedFile> {
    this.#running.set(key, saving);
    this.#busy.add(saving);
    try {
      return await saving.done;
    } finally {
      this.#running.delete(key);
      this.#busy.delete(saving);
    }
  }

  async #here(n: number, { blob, discard }: SavedFile): Promise<void> {
    if (blob === null) throw new SavingError('no-room');
    const read = async (from: number, to: number) =>
      new Uint8Array(await blob.slice(from, to + 1).arrayBuffer());
    const shown = sniff(await read(0, SNIFF_BYTES - 1));
    const held: Held = { blob, discard, urls: [], handedOn: -COPYING_MS };
    const url = shown.as === 'nothing' ? '' : this.#urlOf(held, blob.slice(0, blob.size, shown.mime));
    this.#held.set(n, held);
    this.#set(n, { is: 'here', shown, url, size: blob.size, read });
  }

  #handsOn(held: Held, name: string): boolean {
    held.handedOn = this.#browser.now();
    this.#browser.handOn(this.#urlOf(held, held.blob), name);
    return true;
  }

  #urlOf(held: Held, blob: Blob): string {
    const url = this.#browser.urlOf(blob);
    held.urls.push(url);
    return url;
  }

  #letsGo({ urls, discard }: Held): void {
    for (const url of urls) this.#browser.takeBack(url);
    void discard().catch(() => undefined);
  }

  #ended(n: number, error: unknown): void {
    this.#set(n, troubleOf(error) ?? { is: 'closed' });
  }

  #tells(key: Key, state: Moving | InTrouble): void {
    if (!this.#left) this.#progress.set(key, state);
  }

  #set(n: number, state: FileState): void {
    if (!this.#left) this.#states.set(n, state);
  }
}

const notClosed = (state: FileState): Moving | InTrouble | null =>
  state.is === 'fetching' || state.is === 'trouble' ? state : null;
