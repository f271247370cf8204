/**
 * What travels over HTTP, by the names the pages use; the shapes come from the server's code (schema.ts).
 * Byte strings are base64url, times and durations seconds, sizes sealed bytes.
 */
import type { components } from './schema.ts';

type Schemas = components['schemas'];

/** `GET /api/link`; one that has ended is a Problem. */
export type OpenLink = Schemas['SenderLink'];
export type EndedState = 'spent' | 'closed' | 'expired' | 'erased';

/** File numbers are the names of these objects, "0" to "255". */
export type ByNumber<T> = { readonly [n: string]: T };

export type SubmissionRequest = Schemas['NewSubmission'];
/** A path for each file. */
export type SubmissionAnswer = Schemas['Uploads'];
export type CommitRequest = Schemas['Commit'];
export type CommitAnswer = Schemas['Committed'];
export type FileState = Schemas['FileState'];
export type ErasedBy = Schemas['ErasedBy'];
/** Of a receipt, and of a submission at the desk. */
export type ReplyState = Schemas['ReplyState'];
/** `GET /api/receipt` */
export type Receipt = Schemas['Receipt'];

export type Session = Schemas['Session'];
export type SetupRequest = Schemas['SetUp'];
export type NewPassphrase = Schemas['NewUnlock'];
/** `GET /api/vault`, with the ETag that a later PUT must name. */
export type VaultAnswer = Schemas['Vault'] & { readonly etag: string };

export type NewLink = Schemas['NewLink'];
export type LinkState = Schemas['LinkState'];
export type Receiving = Schemas['Receiving'];
/** One of `GET /api/links` */
export type LinkRecord = Schemas['DeskLink'];

/** `GET /api/links` and `GET /api/submissions`; `unreadable` counts what is damaged on the server. */
export type LinkRecords = Schemas['DeskLinks'];
export type SubmissionRecords = Schemas['DeskSubmissions'];

/** One of `GET /api/submissions` */
export type SubmissionRecord = Schemas['DeskSubmission'];
/** `GET /api/submissions/{id}` */
export type SubmissionDetail = Schemas['DeskSubmissionWhole'];

/** One message of `GET /api/events` */
export type DeskEvent = Schemas['Event'];
