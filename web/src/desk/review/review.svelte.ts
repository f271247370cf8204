/**
 * What the trainer says about a submission. Notes are kept as they are written, sealed to the trainer
 * alone; a reply is what was written at the moment of sending, sealed to the sender. Written on two desks
 * at once, both hold.
 */
import { Problem } from '../../api/problem.ts';
import { toBase64url } from '../../sealed/bytes.ts';
import type { Note as FilmNote } from '../../player/notes.ts';
import { SealedError } from '../../sealed/errors.ts';
import type { SubmissionId } from '../../sealed/ids.ts';
import { MOST_NOTES, MOST_PARTS, MOST_TEXT, type Note } from '../../sealed/notes.ts';
import type { Desk, OpenedNotes, Said } from '../../transfer/desk.ts';
import { filmNotes, sealedNotes } from './film-notes.ts';
import { isSame, merged, NOTHING_WRITTEN, type Recording, type Written } from './merge.ts';

/** The part of the desk that this needs. */
export type ReviewDesk = Pick<Desk, 'notes' | 'putNotes' | 'eraseNotes' | 'putReply' | 'eraseReply'>;

export type Keeping = 'kept' | 'to-keep' | 'keeping' | 'failed' | 'no-room' | 'gone';

export type Sending = 'no' | 'sending' | 'sent' | 'failed' | 'no-room' | 'gone';

/** What of the browser is needed, so that a test can stand in for it. */
export interface ReviewHost {
  readonly later: (ms: number, then: () => void) => () => void;
}

/** Long enough to finish a word, short enough to lose none. */
const REST_MS = 1_000;
const AGAIN_MS = 5_000;
const MOST_MERGES = 4;
/** A reply holds 20 recordings and 32 MiB; another one of the longest still fits below this. */
const MOST_RECORDED = 14 * 1024 * 1024;

export class Review {
  /** `refused`: what the server has was not written with this account's keys, or was altered since. */
  loaded = $state<'no' | 'yes' | 'failed' | 'refused'>('no');
  /** Once what was refused is to be erased. */
  restarting = $state<'no' | 'yes' | 'failed'>('no');
  keeping = $state<Keeping>('kept');
  sending = $state<Sending>('no');
  #words: Written = $state.raw(NOTHING_WRITTEN);
  /** As the server has them. */
  #base: Written = NOTHING_WRITTEN;
  #etag: string | null = null;
  /** As they were sent last from here. */
  #sent: Written | null = $state.raw(null);
  #quiet: () => void = () => undefined;
  #round: Promise<void> | null = null;
  readonly #desk: ReviewDesk;
  readonly #id: SubmissionId;
  readonly #busy: Set<unknown>;
  readonly #host: ReviewHost;

  constructor(desk: ReviewDesk, id: SubmissionId, busy: Set<unknown>, host: ReviewHost = thisBrowser) {
    this.#desk = desk;
    this.#id = id;
    this.#busy = busy;
    this.#host = host;
  }

  get text(): string {
    return this.#words.text;
  }
  get notes(): readonly Note[] {
    return this.#words.notes;
  }
  get recordings(): readonly Recording[] {
    return this.#words.recordings;
  }
  get isEmpty(): boolean {
    return isSame(this.#words, NOTHING_WRITTEN);
  }
  /** Against the reply that was sent from here; `unknown` for one that was sent before or elsewhere. */
  get sinceSent(): 'same' | 'newer' | 'unknown' {
    if (this.#sent === null) return 'unknown';
    return isSame(this.#words, this.#sent) ? 'same' : 'newer';
  }
  get hasRoom(): boolean {
    const recorded = this.recordings.reduce((sum, { blob }) => sum + blob.size, 0);
    return this.recordings.length < MOST_PARTS && recorded < MOST_RECORDED;
  }

  /** Those beside film `n`. */
  notesOf(n: number): FilmNote[] {
    return filmNotes(this.notes, n);
  }

  async load(): Promise<void> {
    try {
      const stored = await this.#stored();
      await this.#stands(stored);
      this.#words = this.#base;
      this.loaded = 'yes';
    } catch (error) {
      this.loaded = error instanceof NotBelieved ? 'refused' : 'failed';
    }
  }

  /** Erases what was refused. What was written here meanwhile is kept in its place. */
  async startAnew(): Promise<void> {
    if (this.loaded !== 'refused' || this.restarting === 'yes') return;
    this.restarting = 'yes';
    try {
      await this.#desk.eraseNotes(this.#id);
    } catch (error) {
      // That there is nothing to erase any more is as good.
      if (troubleOf(error) !== 'gone') return void (this.restarting = 'failed');
    }
    [this.#base, this.#etag] = [NOTHING_WRITTEN, null];
    [this.loaded, this.restarting] = ['yes', 'no'];
    if (!this.isEmpty) this.keeping = 'to-keep';
    await this.keep();
  }

  /**
   * The server has this version, null for none: what another desk wrote is taken in. What is being written here
   * is kept first, and meets the other's then.
   */
  async hears(version: number | null): Promise<void> {
    while (this.#round !== null) await this.#round;
    if (this.loaded !== 'yes' || this.keeping !== 'kept' || !isNews(version, this.#etag)) return;
    this.#round = this.#takeIn()
      .catch((error: unknown) => {
        if (error instanceof NotBelieved) this.loaded = 'refused';
        else this.#host.later(AGAIN_MS, () => void this.hears(version));
      })
      .finally(() => (this.#round = null));
    await this.#round;
  }

  write(text: string): void {
    this.#change({ ...this.#words, text: cut(text) });
  }

  /** All notes beside film `n`, in the place of those before. */
  setNotesOf(n: number, shown: readonly FilmNote[]): void {
    const notes = sealedNotes(this.notes, n, shown).map((note) => ({ ...note, text: cut(note.text) }));
    this.#change({ ...this.#words, notes: notes.slice(0, MOST_NOTES) });
  }

  async add(blob: Blob): Promise<void> {
    const recording = await recordingOf(blob);
    if (this.recordings.some(({ key }) => key === recording.key)) return;
    this.#change({ ...this.#words, recordings: [...this.recordings, recording] });
  }

  remove(key: string): void {
    this.#change({ ...this.#words, recordings: this.recordings.filter((one) => one.key !== key) });
  }

  /** Keeps what was written now; once it resolves, `keeping` says how that went. */
  async keep(): Promise<void> {
    this.#quiet();
    while (this.#round !== null) await this.#round;
    if (this.keeping === 'kept' || this.keeping === 'gone' || this.loaded !== 'yes') return;
    this.#round = this.#keep().finally(() => (this.#round = null));
    await this.#round;
  }

  async send(): Promise<void> {
    if (this.sending === 'sending') return;
    this.sending = 'sending';
    const words = this.#words;
    try {
      await this.keep();
      await this.#desk.putReply(this.#id, said(words), blobsOf(words));
      this.#sent = words;
      this.sending = 'sent';
    } catch (error) {
      this.sending = troubleOf(error);
    }
  }

  async takeBack(): Promise<void> {
    try {
      await this.#desk.eraseReply(this.#id);
      this.#sent = null;
      this.sending = 'no';
    } catch (error) {
      this.sending = troubleOf(error);
    }
  }

  /** The page is left: what is not kept yet is kept now. */
  leave(): void {
    void this.keep().finally(() => this.#busy.delete(this));
  }

  #change(words: Written): void {
    if (isSame(words, this.#words)) return;
    this.#words = words;
    if (this.keeping === 'gone') return;
    this.keeping = 'to-keep';
    this.#busy.add(this);
    this.#quiet();
    this.#quiet = this.#host.later(REST_MS, () => void this.keep());
  }

  async #keep(): Promise<void> {
    this.keeping = 'keeping';
    try {
      for (let merges = 0; ; merges++) {
        const words = this.#words;
        try {
          this.#etag = await this.#desk.putNotes(this.#id, said(words), blobsOf(words), this.#etag);
          this.#base = words;
          this.keeping = this.#words === words ? 'kept' : 'to-keep';
          break;
        } catch (error) {
          if (!(error instanceof Problem && error.status === 412) || merges >= MOST_MERGES) throw error;
          await this.#takeIn();
        }
      }
      if (this.keeping === 'kept') this.#busy.delete(this);
      else this.#quiet = this.#host.later(REST_MS, () => void this.keep());
    } catch (error) {
      this.keeping = troubleOf(error);
      if (error instanceof NotBelieved) this.loaded = 'refused';
      else if (this.keeping === 'gone') this.#busy.delete(this);
      else this.#quiet = this.#host.later(AGAIN_MS, () => void this.keep());
    }
  }

  async #stored(): Promise<OpenedNotes | null> {
    try {
      return await this.#desk.notes(this.#id);
    } catch (error) {
      throw error instanceof SealedError ? new NotBelieved() : error;
    }
  }

  /** Another desk wrote: its words and these become one. */
  async #takeIn(): Promise<void> {
    const stored = await this.#stored();
    const before = this.#base;
    await this.#stands(stored);
    this.#words = merged(before, this.#words, this.#base);
  }

  async #stands(stored: OpenedNotes | null): Promise<void> {
    this.#etag = stored?.etag ?? null;
    if (stored === null) this.#base = NOTHING_WRITTEN;
    else {
      const { text, notes, parts } = stored;
      this.#base = { text, notes, recordings: await Promise.all(parts.map(recordingOf)) };
    }
  }
}

/** What the server has as notes does not open, or nobody of this account wrote it. */
class NotBelieved extends Error {}

/** Versions only grow; an older one was asked for before the last words from here were kept. */
function isNews(version: number | null, etag: string | null): boolean {
  if (version === null || etag === null) return version !== null || etag !== null;
  return version > Number(etag.replaceAll('"', ''));
}

/** What the worker is told: it copies by way of JSON, and takes recordings beside that. */
function said({ text, notes }: Written): Said {
  return { text, notes };
}

function blobsOf({ recordings }: Written): readonly Blob[] {
  return recordings.map(({ blob }) => blob);
}

async function recordingOf(blob: Blob): Promise<Recording> {
  const hash = await crypto.subtle.digest('SHA-256', await blob.arrayBuffer());
  return { key: toBase64url(new Uint8Array(hash)), blob };
}

function cut(text: string): string {
  return Array.from(text.replace(/\p{Cs}/gu, ''))
    .slice(0, MOST_TEXT)
    .join('');
}

function troubleOf(error: unknown): 'failed' | 'no-room' | 'gone' {
  const status = error instanceof Problem ? error.status : 0;
  if (status === 404 || status === 410) return 'gone';
  return status === 507 || status === 413 ? 'no-room' : 'failed';
}

const thisBrowser: ReviewHost = {
  later: (ms, then) => {
    const timer = setTimeout(then, ms);
    return () => clearTimeout(timer);
  },
};
