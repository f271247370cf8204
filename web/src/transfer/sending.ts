/** What the sender's page says to the transfer and hears from it. */
import type { OpenLink } from '../api/types.ts';
import type { Answers, Consent } from '../sealed/answers.ts';
import type { SubmissionId } from '../sealed/ids.ts';
import type { LinkParts } from '../sealed/link.ts';

export interface PickedFile {
  readonly file: File;
  /** Id of the question it answers, or null. */
  readonly question: string | null;
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

export interface FileProgress {
  /** Index into `SendingStart.files`. */
  readonly index: number;
  /** Acknowledged bytes of the sealed file, of `total`. */
  readonly sent: number;
  readonly total: number;
  readonly state: 'waiting' | 'sending' | 'sent';
}

export interface SendingProgress {
  readonly files: readonly FileProgress[];
  readonly sent: number;
  readonly total: number;
  /** Bytes a second over the last seconds; null until known. */
  readonly rate: number | null;
  readonly secondsLeft: number | null;
}

export interface SendingEvents {
  state(state: SendingState): void;
  progress(progress: SendingProgress): void;
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
  | 'refused'
  | 'cancelled';

/** Why sending ended without a delivery. `file` is an index into `SendingStart.files`. */
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
  /** Erases what the server has of it. */
  cancel(): Promise<void>;
}
