/** What the desk's page and its worker say to each other. The worker alone holds the identity. */
import type { LinkRecord, SubmissionRecord } from '../api/types.ts';
import type { Manifest } from '../sealed/answers.ts';
import type { AccountId, LinkId, SubmissionId } from '../sealed/ids.ts';
import type { Form } from '../sealed/form.ts';
import type { Invitation } from '../sealed/invitation.ts';
import type { JsonObject } from '../sealed/json.ts';
import type { Note } from '../sealed/notes.ts';
import type { Question } from '../sealed/question.ts';
import type { WaitingFor } from './sending.ts';

/** A template of one's own: a form under an id that no other of the vault has. */
export type Template = Form;

/** `both`: it had been changed elsewhere too, so that this one is kept beside it under another id and name. */
export interface SavedTemplate {
  readonly account: DeskAccount;
  readonly template: Template;
  readonly both: boolean;
}

/** Fields that this version does not know are kept when the vault is written again. */
export interface VaultSettings {
  /** Vault recipients of other makers whose cards are accepted. */
  readonly makers?: readonly string[];
  readonly [name: string]: unknown;
}

export interface DeskAccount {
  readonly account: AccountId;
  /** Sign-in name. */
  readonly name: string;
  readonly display_name: string;
  readonly recipient: string;
  readonly settings: VaultSettings;
  /** As they stand in the vault: `sealed/form.ts` reads them. */
  readonly templates: readonly JsonObject[];
}

export interface NewAccount {
  /** The token of the set-up address, base64url. */
  readonly token: string;
  readonly name: string;
  readonly display_name: string;
  readonly passphrase: string;
  readonly host: string;
}

export interface RecoverySheet {
  /** The whole age identity file. */
  readonly text: string;
  /** What its QR holds: the identity alone. */
  readonly identity: string;
}

export interface LinkDraft {
  readonly label: string;
  /** Id of the template it was made from, or "". */
  readonly template: string;
  readonly greeting: string;
  readonly instructions: string;
  readonly notice: string;
  readonly questions: readonly Question[];
  /** How long the film should be at most; null for no wish. */
  readonly max_seconds: number | null;
  readonly retention: number;
  readonly closes_at: number;
  readonly uses: number;
  readonly max_files: number;
  readonly max_bytes: number;
}

export interface MadeLink {
  readonly id: LinkId;
  readonly url: string;
  readonly closes_at: number;
}

/** Why something listed could not be opened: `format` and `reason` of a SealedError. */
export interface Refusal {
  readonly format: string;
  readonly reason: string;
}

export interface DeskLink {
  readonly record: LinkRecord;
  /** null with `refusal` set when the card is not accepted. */
  readonly label: string | null;
  readonly url: string | null;
  readonly template: string | null;
  /** null once the link is closed or expired. */
  readonly invitation: Invitation | null;
  readonly refusal: Refusal | null;
}

/** What could be read of a list, and how many the server has and can not read any more. */
export interface Listed<T> {
  readonly sound: readonly T[];
  readonly unreadable: number;
}

export interface DeskSubmission {
  readonly record: SubmissionRecord;
  readonly label: string | null;
  readonly refusal: Refusal | null;
}

/** All checks of section 6 passed, each file's head and size among them. */
export interface OpenedSubmission {
  readonly record: SubmissionRecord;
  readonly label: string;
  readonly invitation: Invitation;
  readonly manifest: Manifest;
}

export interface SavingProgress {
  /** Bytes that were fetched, of `total` bytes of plaintext; all are opened once `done` resolves. */
  readonly opened: number;
  readonly total: number;
  readonly paused: boolean;
  /** Why nothing moves just now, while it waits to try again. */
  readonly waiting: WaitingFor | null;
}

/**
 * Where the plaintext goes: a copy of this browser's own, a file that was picked, or a port behind which the
 * service worker hands it to the browser's downloads under this safe name.
 */
export type Destination =
  | { readonly to: 'own' }
  | { readonly to: 'picked'; readonly handle: FileSystemFileHandle }
  | { readonly to: 'port'; readonly port: MessagePort; readonly name: string };

export interface SavedFile {
  /**
   * On disk (OPFS) or, up to 32 MiB, in memory; null when it went elsewhere. Its type is always
   * application/octet-stream.
   */
  readonly blob: Blob | null;
  /** Removes the copy in this browser; call it when the blob is no longer needed. */
  readonly discard: () => Promise<void>;
}

export interface Saving {
  readonly done: Promise<SavedFile>;
  cancel(): void;
  pause(): void;
  resume(): void;
}

/** A text that goes into a zip beside the files. */
export interface ZipText {
  /** Safe, and no other of the zip has it. */
  readonly name: string;
  readonly text: string;
}

export interface ZipWish {
  readonly files: readonly { readonly n: number; readonly name: string }[];
  readonly texts: readonly ZipText[];
}

/** A file that is read here and there, as a player does. */
export interface FileReading {
  /** Plaintext bytes. */
  readonly size: number;
  /** Plaintext `from` to `to`, both included. Throws SavingError. */
  read(from: number, to: number): Promise<Uint8Array>;
  /** Answers the service worker's request behind `port`; `type` was sniffed, `name` is safe. */
  serve(port: MessagePort, as: { readonly type: string; readonly name: string }): void;
  close(): void;
}

/** Every call throws SealedError, Problem or SavingError. */
export interface Desk {
  /** Makes identity, vault and sheet, kept in the worker; nothing is sent before `finishSetUp`. */
  beginSetUp(account: NewAccount): Promise<RecoverySheet>;
  /** Stores the account and signs in; the sheet was confirmed. */
  finishSetUp(): Promise<DeskAccount>;
  /** Proves, opens the session and unlocks. */
  signIn(name: string, passphrase: string): Promise<DeskAccount>;
  /** Unlocks with a session that still stands. */
  unlock(passphrase: string): Promise<DeskAccount>;
  /** Sets a new passphrase by the recovery sheet (text or its last line) and signs in. */
  recover(name: string, sheet: string, passphrase: string): Promise<DeskAccount>;
  /** Ends all sessions but signs this one in again. */
  changePassphrase(current: string, next: string): Promise<DeskAccount>;
  recoverySheet(host: string): Promise<RecoverySheet>;
  /** Drops the identity and stops all savings; synchronous. */
  lock(): void;
  readonly unlocked: boolean;

  updateVault(change: Partial<Pick<DeskAccount, 'display_name' | 'settings'>>): Promise<DeskAccount>;
  /** `before`: as it was when it was last read or saved here; null for a new one. `copied`: its name as a copy. */
  saveTemplate(template: Template, before: Template | null, copied: string): Promise<SavedTemplate>;
  removeTemplate(id: string): Promise<DeskAccount>;
  makeLink(draft: LinkDraft, origin: string): Promise<MadeLink>;
  links(origin: string): Promise<Listed<DeskLink>>;
  submissions(): Promise<Listed<DeskSubmission>>;
  /** Does not mark it opened: that is `markOpened` of api/desk. */
  open(id: SubmissionId): Promise<OpenedSubmission>;
  /** Of a submission that was opened, as is all below; null when there are none. */
  notes(id: SubmissionId): Promise<OpenedNotes | null>;
  /**
   * In the place of the notes of `etag`, or as the first where that is null; answers the new one. Problem
   * `notes-changed` when another desk was first.
   */
  putNotes(id: SubmissionId, said: Said, parts: readonly Blob[], etag: string | null): Promise<string>;
  eraseNotes(id: SubmissionId): Promise<void>;
  /** Replies to the sender, in the place of a reply before. SealedError `no-address` when that can not be. */
  putReply(id: SubmissionId, said: Said, parts: readonly Blob[]): Promise<void>;
  eraseReply(id: SubmissionId): Promise<void>;
  /** Fetches one file of a submission that was opened, and opens it. Does not mark it saved. */
  save(
    id: SubmissionId,
    n: number,
    progress: (progress: SavingProgress) => void,
    destination: Destination,
  ): Saving;
  /** Several files and texts as one zip. */
  saveAll(
    id: SubmissionId,
    wish: ZipWish,
    progress: (progress: SavingProgress) => void,
    destination: Destination,
  ): Saving;
  /** `failed` is told once when it can not be read on: of a request by the service worker nobody else hears. */
  read(id: SubmissionId, n: number, failed: (why: SavingError) => void): Promise<FileReading>;
}

/** What a trainer writes; voice and video notes go beside it, as Blobs of a type that PART_TYPES has. */
export interface Said {
  /** About all of it. */
  readonly text: string;
  readonly notes: readonly Note[];
}

/** What a review says, opened and checked. */
export interface OpenedReview extends Said {
  readonly written_at: number;
  readonly parts: readonly Blob[];
}

/** The trainer's own notes; `etag` goes with the next ones. */
export interface OpenedNotes extends OpenedReview {
  readonly etag: string;
}

/** `cancelled` by the page, `stopped` by the browser: its downloads have no room, or someone ended it there. */
export type SavingReason =
  'cut-off' | 'altered' | 'no-room' | 'erased' | 'cancelled' | 'stopped' | 'not-opened' | 'locked' | 'failed';

/** Why a file was not saved. Never a shorter file. */
export class SavingError extends Error {
  readonly reason: SavingReason;

  constructor(reason: SavingReason, cause?: unknown) {
    super(reason, { cause });
    this.name = 'SavingError';
    this.reason = reason;
  }
}
