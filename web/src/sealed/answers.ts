/** Types of the manifest (section 6) that the sender's page fills in and the desk shows. */
import type { SubmissionId, LinkId } from './ids.ts';

/** Text, a choice's id, a day `YYYY-MM-DD`; yes or no; a number; ids of several choices in their order. */
export type Answer = string | boolean | number | readonly string[];

/**
 * From question id; unanswered questions are absent, and a file question has a file instead. Null: what was
 * sent is nothing that can be an answer; the rest holds all the same.
 */
export type Answers = { readonly [question: string]: Answer | null };

export interface Consent {
  /** The exact words agreed to. */
  readonly text: string;
  readonly at: number;
}

export interface ManifestFile {
  readonly n: number;
  /** H of the file's header and nonce, base64url. */
  readonly head: string;
  /** Plaintext bytes P. */
  readonly size: number;
  readonly name: string;
  readonly type: string;
  readonly modified: number | null;
  /** Id of the file question it was given to. */
  readonly question: string | null;
}

export interface Manifest {
  readonly v: 1;
  readonly link: LinkId;
  readonly submission: SubmissionId;
  /** H of the sealed invitation, base64url. */
  readonly invitation: string;
  readonly sent_at: number;
  readonly files: readonly ManifestFile[];
  readonly answers: Answers;
  readonly consent: Consent | null;
  readonly sender: string;
  readonly reply_to: string | null;
}
