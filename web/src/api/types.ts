/** What travels over HTTP. Byte strings are base64url, times and durations seconds, sizes sealed bytes. */
import type { AccountId, LinkId, SubmissionId } from '../sealed/ids.ts';
import type { Limits } from '../sealed/invitation.ts';

export type EndedState = 'spent' | 'closed' | 'expired' | 'erased';

/** `GET /api/link` */
export interface OpenLink extends Limits {
  readonly link: LinkId;
  readonly recipient: string;
  /** sealed, base64url */
  readonly invitation: string;
  readonly state: 'open';
}

/** File numbers are the names of these objects, "0" to "255". */
export type ByNumber<T> = { readonly [n: string]: T };

export interface SubmissionRequest {
  readonly receipt_hash: string;
  /** F of each file */
  readonly files: ByNumber<number>;
}

export interface SubmissionAnswer {
  /** a path for each file */
  readonly uploads: ByNumber<string>;
}

export interface CommitRequest {
  /** H of the sealed manifest */
  readonly manifest: string;
  readonly proof: string;
}

export interface CommitAnswer {
  readonly state: 'received';
  readonly received_at: number;
  readonly expires_at: number;
}

export interface FileState {
  readonly size: number;
  readonly offset: number;
  readonly saved_at: number | null;
}

export type ErasedBy = 'reader' | 'sender' | 'expiry' | 'link';

/** `GET /api/receipt` */
export interface Receipt {
  readonly submission: SubmissionId;
  readonly state: 'receiving' | 'received' | 'erased';
  readonly received_at: number | null;
  readonly expires_at: number | null;
  readonly opened_at: number | null;
  /** When a reader last saved one of its files; that copy does not expire. */
  readonly saved_at: number | null;
  readonly erased_at: number | null;
  readonly by: ErasedBy | null;
  readonly files: ByNumber<FileState>;
  readonly manifest: boolean;
}

export interface Session {
  readonly account: AccountId;
  readonly expires_at: number;
  readonly token?: string;
}

export interface SetupRequest {
  readonly account: AccountId;
  readonly name: string;
  readonly salt: string;
  readonly sign_in_hash: string;
  readonly recovery_hash: string;
  readonly unlock: string;
  readonly vault: string;
}

export interface NewPassphrase {
  readonly sign_in_hash: string;
  readonly unlock: string;
  readonly proof?: string;
}

/** `GET /api/vault`, with the ETag that a later PUT must name. */
export interface VaultAnswer {
  readonly account: AccountId;
  readonly name: string;
  readonly salt: string;
  readonly unlock: string;
  readonly vault: string;
  readonly etag: string;
}

export interface NewLink extends Limits {
  readonly auth_hash: string;
  readonly recipient: string;
  readonly invitation: string;
  readonly cards: { readonly [account: string]: string };
}

export type LinkState = 'open' | 'spent' | 'closed' | 'expired';

export interface Receiving {
  readonly submission: SubmissionId;
  readonly received: number;
  readonly size: number;
}

/** One of `GET /api/links` */
export interface LinkRecord extends Limits {
  readonly id: LinkId;
  readonly state: LinkState;
  readonly recipient: string;
  readonly card: string;
  readonly invitation: string | null;
  readonly created_at: number;
  readonly ended_at: number | null;
  readonly uses_left: number;
  readonly receiving: readonly Receiving[];
}

/** One of `GET /api/submissions` */
export interface SubmissionRecord {
  readonly id: SubmissionId;
  readonly link: LinkId;
  readonly state: 'received';
  readonly received_at: number;
  readonly expires_at: number;
  readonly opened_at: number | null;
  readonly files: ByNumber<FileState>;
  readonly asked: boolean;
  readonly card: string;
}

/** `GET /api/submissions/{id}` */
export interface SubmissionDetail extends SubmissionRecord {
  readonly proof: string;
  readonly invitation: string;
}

/** One message of `GET /api/events` */
export interface DeskEvent {
  readonly kind: 'submission' | 'link';
  readonly id: string;
  readonly link: LinkId;
  readonly state: string;
  readonly received: number;
  readonly size: number;
}
