/**
 * A delivery that was begun, as it is kept in this browser (section 7 of docs/format.md): all that going
 * on takes, neither the invitation nor the link has to be fetched for it. No file key is ever in it.
 */
import type { Answers, Consent } from '../sealed/answers.ts';
import { type Bytes, fromBase64url, toBase64url } from '../sealed/bytes.ts';
import { type LinkId, type SubmissionId, parseLinkId, parseSubmissionId } from '../sealed/ids.ts';
import { Fields, parseObject } from '../sealed/json.ts';

/** Entries of another shape are read as if there were none. */
const VERSION = 3;

/** One file under its number. */
export interface BegunFile {
  readonly n: number;
  /** H of header and nonce, base64url. */
  readonly head: string;
  /** F, sealed bytes. */
  readonly length: number;
  /** P, plaintext bytes. */
  readonly size: number;
  readonly name: string;
  readonly type: string;
  readonly modified: number | null;
  readonly question: string | null;
  /** Once it is kept: the stage holds all from here on; the server had said to have what is before. */
  readonly from: number;
}

/** What the link said when the delivery began, and what the manifest is made of again when files change. */
export interface Terms {
  readonly link: LinkId;
  readonly recipient: string;
  /** H of the sealed invitation, base64url. */
  readonly invitation: string;
  readonly max_files: number;
  /** Sealed bytes. */
  readonly max_bytes: number;
  readonly answers: Answers;
  readonly consent: Consent | null;
  readonly sender: string;
}

export interface Begun {
  readonly terms: Terms;
  /** SECRET, dropped once the delivery arrived or ended. */
  readonly secret: Bytes | null;
  readonly submission: SubmissionId;
  readonly receipt: Bytes;
  /** Seconds. */
  readonly begun_at: number;
  /** The first file number that was never used. */
  readonly nextNumber: number;
  readonly files: readonly BegunFile[];
  /** As it was put last; empty before. */
  readonly manifest: Bytes;
  /** All that the server lacked lies flushed in the stage: it goes on without picking. */
  readonly kept: boolean;
  /** Sealed bytes that the server had acknowledged when this was written. */
  readonly sent: number;
  /** A proof was made: a change now needs another submission. */
  readonly proven: boolean;
}

export const totalOf = ({ files }: Pick<Begun, 'files'>): number =>
  files.reduce((sum, { length }) => sum + length, 0);

export function formatBegun({ secret, receipt, manifest, ...rest }: Begun): string {
  return JSON.stringify({
    v: VERSION,
    ...rest,
    secret: secret && toBase64url(secret),
    receipt: toBase64url(receipt),
    manifest: toBase64url(manifest),
  });
}

/** Null for an entry of another version. Throws MalformedError for what this browser never wrote. */
export function parseBegun(text: string): Begun | null {
  const fields = new Fields(parseObject(text));
  if (fields.raw('v') !== VERSION) return null;
  return {
    terms: readTerms(fields.raw('terms')),
    secret: fields.nullable('secret', () => fromBase64url(fields.text('secret'), 16)),
    submission: parseSubmissionId(fields.text('submission')),
    receipt: fromBase64url(fields.text('receipt'), 16),
    begun_at: fields.time('begun_at'),
    nextNumber: fields.integer('nextNumber'),
    files: fields.list('files', readFile),
    manifest: fromBase64url(fields.text('manifest')),
    kept: fields.flag('kept'),
    sent: fields.integer('sent'),
    proven: fields.flag('proven'),
  };
}

function readTerms(value: unknown): Terms {
  const fields = new Fields(value);
  return {
    link: parseLinkId(fields.text('link')),
    recipient: fields.text('recipient'),
    invitation: fields.text('invitation'),
    max_files: fields.integer('max_files'),
    max_bytes: fields.integer('max_bytes'),
    // Authenticated, and written by this very code: what is in there had this shape.
    answers: new Fields(fields.raw('answers')).object as Answers,
    consent: fields.nullable('consent', (given) => {
      const consent = new Fields(given);
      return { text: consent.text('text'), at: consent.time('at') };
    }),
    sender: fields.text('sender'),
  };
}

function readFile(value: unknown): BegunFile {
  const fields = new Fields(value);
  return {
    n: fields.integer('n'),
    head: fields.text('head'),
    length: fields.integer('length'),
    size: fields.integer('size'),
    name: fields.text('name'),
    type: fields.text('type'),
    modified: fields.nullable('modified', () => fields.time('modified')),
    question: fields.nullable('question', () => fields.text('question')),
    from: fields.integer('from'),
  };
}
