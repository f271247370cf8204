/** What the sender's page says to the transfer and hears from it. */
import type { OpenLink } from '../api/types.ts';
import type { Answers, Consent } from '../sealed/answers.ts';
import type { SubmissionId } from '../sealed/ids.ts';
import type { LinkParts } from '../sealed/link.ts';
import type { Patch } from './source.ts';

export interface PickedFile {
  readonly file: File;
  /** Id of the question it answers, or null. */
  readonly question: string | null;
  /** Put over the file's bytes while it is read; the file itself is not touched. */
  readonly patches?: readonly Patch[];
}

/** Fingerprint, invitation and limits were checked by the page. */
export interface SendingStart {
  readonly parts: LinkParts;
  readonly link: OpenLink;
  readonly files: readonly PickedFile[];
  readonly answers: Answers;
  readonly consent: Consent | null;
  readonly sender: string;
}

/**
 * preparing: reserving and sealing the manifest · sending · waiting: no connection, tries again by itself ·
 * paused · finishing: checking and committing · sent · failed · cancelled
 */
export type SendingState =
  'preparing' | 'sending' | 'waiting' | 'paused' | 'finishing' | 'sent' | 'failed' | 'cancelled';

/**
 * Why it waits. network: no answer · server: an answer that will pass, such as a proxy's 502 ·
 * disk: the server's disk has no room for the rest just now · busy: other deliveries through the same link
 */
export type WaitingFor = 'network' | 'server' | 'disk' | 'busy';

export interface FileProgress {
  /** Index into the files as they are now: those of the start, later of the last `change`. */
  readonly index: number;
  /**
   * Bytes of the sealed file, of `total`, that are at the server or on their way; only those that it has
   * acknowledged while sending waits or is paused, and never all before it has acknowledged all.
   */
  readonly sent: number;
  readonly total: number;
  readonly state: 'waiting' | 'sending' | 'sent';
}

export interface SendingProgress {
  readonly files: readonly FileProgress[];
  readonly sent: number;
  readonly total: number;
  /**
   * Sealed bytes, of `total`, that are here or at the server and will all be kept; 0 where nothing is kept.
   * Where something is, no byte leaves before it counts here.
   */
  readonly kept: number;
  /** Of these, what has been written to this device: whether it takes them is known only then. */
  readonly written: number;
  /** Bytes a second over the last seconds; null until known. */
  readonly rate: number | null;
  readonly secondsLeft: number | null;
}

export interface SendingEvents {
  /** `waitingFor` is told with `waiting` only. */
  state(state: SendingState, waitingFor: WaitingFor | null): void;
  progress(progress: SendingProgress): void;
  /**
   * Told whenever it changes: everything is sealed and kept on this device; from now on the page may be
   * closed and sending continues without picking. Files added later make it false again for a while.
   */
  safe(safe: boolean): void;
}

export interface Sent {
  /** Whole address of the receipt page. */
  readonly receipt: string;
  readonly submission: SubmissionId;
  readonly received_at: number;
  readonly expires_at: number;
}

export type SendingReason =
  | 'link-spent'
  | 'link-closed'
  | 'link-expired'
  | 'link-erased'
  | 'not-available'
  | 'too-large'
  | 'too-many-files'
  | 'disk-full'
  | 'link-busy'
  | 'file-unreadable'
  | 'file-changed'
  | 'no-worker'
  /** Another tab of this browser is sending it; see `freed`. */
  | 'elsewhere'
  /** What this browser had kept is damaged or gone: the files have to be picked again. */
  | 'not-kept'
  /** Of `change`: the commit has begun. */
  | 'too-late'
  | 'refused'
  | 'cancelled';

/** Why sending ended without a delivery. `file` is an index into the files as they are now. */
export class SendingError extends Error {
  readonly reason: SendingReason;
  readonly at: number | null;
  readonly file: number | null;

  constructor(
    reason: SendingReason,
    more: { at?: number | null; file?: number | null; cause?: unknown } = {},
  ) {
    super(reason, { cause: more.cause });
    this.name = 'SendingError';
    this.reason = reason;
    this.at = more.at ?? null;
    this.file = more.file ?? null;
  }
}

/** `done` settles once: with the receipt, or with SendingError. */
export interface Sending {
  readonly done: Promise<Sent>;
  pause(): void;
  resume(): void;
  /** Erases what the server has of it, and what is kept here. */
  cancel(): Promise<void>;
  /**
   * Adds and removes files until the commit begins. `remove`: indexes as in the progress; afterwards the
   * files are those that stay, in order, then the added ones. Resolves once the server knows the new set.
   * Rejects with SendingError and changes nothing: `too-late`, `too-large`, `too-many-files`, `disk-full`,
   * `link-busy`, or the reason that ended the delivery meanwhile.
   */
  change(add: readonly PickedFile[], remove: readonly number[]): Promise<void>;
}
