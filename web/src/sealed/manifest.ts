/**
 * The manifest, its proof, and what a reader checks before showing anything (section 6). The manifest pins
 * every file's head, hence its key; the proof pins the manifest to someone who held the link.
 */
import { openWith, sealTo } from './age.ts';
import type { Answer, Answers, Consent, Manifest, ManifestFile } from './answers.ts';
import { type Bytes, concat, equal, fromBase64url, hmacSha256, sha256, toBase64url, utf8 } from './bytes.ts';
import type { Card } from './card.ts';
import { ManifestError, SealedError } from './errors.ts';
import { parseHeader } from './header.ts';
import { type SubmissionId, idBytes, parseLinkId, parseSubmissionId } from './ids.ts';
import type { Identity } from './identity.ts';
import type { Invitation } from './invitation.ts';
import { Fields, expectText, expectTime } from './json.ts';
import { linkSender, lowerCaseRecipient } from './link.ts';
import { openPadded, padJson } from './padding.ts';
import { NONCE, isLegalPayload, plaintextSize } from './ranges.ts';

const MOST_PADDED = 512 * 1024;
const MOST_SEALED = 1024 * 1024;
const MOST_FILE_NUMBER = 255;
const HASH_BYTES = 32;

/** Throws ManifestError `too-large` or `malformed`. */
export async function sealManifest(manifest: Manifest, recipient: string): Promise<Bytes> {
  const checked = malformed(() => readManifest(new Fields(manifest)));
  let padded: Bytes;
  try {
    padded = padJson(checked, MOST_PADDED);
  } catch {
    throw new ManifestError('too-large');
  }
  return sealTo(recipient, padded);
}

/** Opens and reads; nothing of it is to be believed before `checkManifest`. Throws SealedError. */
export async function openManifest(sealed: Bytes, identity: Identity): Promise<Manifest> {
  if (sealed.length > MOST_SEALED) throw new ManifestError('too-large');
  const padded = await openWith(identity, sealed);
  return malformed(() => readManifest(openPadded(padded, MOST_PADDED)));
}

/** Made once, after every file is complete; it travels only with commit. `secret` is the link's SECRET. */
export function proofOf(secret: Uint8Array, submission: SubmissionId, sealedManifest: Uint8Array): Bytes {
  return hmacSha256(
    linkSender(secret),
    concat(utf8('dewdrop/v1/commit'), idBytes(submission), sha256(sealedManifest)),
  );
}

/** What the server hands to a reader, and what the reader knows by himself. */
export interface Delivered {
  readonly card: Pick<Card, 'link' | 'secret'>;
  readonly invitation: Pick<Invitation, 'link'>;
  readonly sealedInvitation: Uint8Array;
  readonly submission: SubmissionId;
  readonly sealedManifest: Uint8Array;
  readonly manifest: Manifest;
  readonly proof: Uint8Array;
  /** File numbers that the server has. */
  readonly numbers: readonly number[];
}

/** Every check of section 6 but those of the files' own bytes. Throws ManifestError. */
export function checkManifest(delivered: Delivered): void {
  const { card, invitation, manifest } = delivered;
  const proof = proofOf(card.secret, delivered.submission, delivered.sealedManifest);
  if (!equal(proof, delivered.proof)) throw new ManifestError('proof');
  if (manifest.link !== card.link || invitation.link !== card.link) throw new ManifestError('link');
  if (manifest.submission !== delivered.submission) throw new ManifestError('submission');
  if (manifest.invitation !== toBase64url(sha256(delivered.sealedInvitation)))
    throw new ManifestError('invitation');
  const stated = manifest.files.map(({ n }) => n).sort((a, b) => a - b);
  const stored = [...delivered.numbers].sort((a, b) => a - b);
  if (stated.length !== stored.length || stated.some((n, i) => n !== stored[i]))
    throw new ManifestError('files');
}

/**
 * Checks one file of `size` sealed bytes by its first ones, `prefix`: head and size as the manifest
 * states. Returns S. Throws HeaderError or ManifestError `head`, `size`.
 */
export function checkFile(file: ManifestFile, prefix: Uint8Array, size: number): number {
  const start = parseHeader(prefix).length + NONCE;
  if (prefix.length < start) throw new ManifestError('head');
  if (toBase64url(sha256(prefix.subarray(0, start))) !== file.head) throw new ManifestError('head');
  if (!isLegalPayload(size - start) || plaintextSize(size - start) !== file.size)
    throw new ManifestError('size');
  return start;
}

function readManifest(fields: Fields): Manifest {
  if (fields.raw('v') !== 1) throw new ManifestError('malformed');
  const files = fields.list('files', readFile);
  if (new Set(files.map(({ n }) => n)).size !== files.length) throw new ManifestError('malformed');
  return {
    v: 1,
    link: parseLinkId(fields.text('link')),
    submission: parseSubmissionId(fields.text('submission')),
    invitation: hash(fields, 'invitation'),
    sent_at: fields.time('sent_at'),
    files,
    answers: readAnswers(fields.raw('answers')),
    consent: fields.nullable('consent', readConsent),
    sender: fields.text('sender'),
    reply_to: fields.nullable('reply_to', (value) => lowerCaseRecipient(expectText(value))),
  };
}

function readFile(value: unknown): ManifestFile {
  const fields = new Fields(value);
  const n = fields.integer('n');
  if (n > MOST_FILE_NUMBER) throw new ManifestError('malformed');
  return {
    n,
    head: hash(fields, 'head'),
    size: fields.integer('size'),
    name: fields.text('name'),
    type: fields.text('type'),
    modified: fields.nullable('modified', expectTime),
    question: fields.nullable('question', expectText),
  };
}

function readAnswers(value: unknown): Answers {
  const { object } = new Fields(value);
  const answers = Object.entries(object).map(([question, answer]) => [question, readAnswer(answer)] as const);
  return Object.fromEntries(answers);
}

/** A reader refuses nothing for an answer, so that a film is not lost over it. */
function readAnswer(value: unknown): Answer | null {
  if (Array.isArray(value)) return value.every((id) => typeof id === 'string') ? value : null;
  if (typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number') return value;
  return null;
}

function readConsent(value: unknown): Consent {
  const fields = new Fields(value);
  return { text: fields.text('text'), at: fields.time('at') };
}

function hash(fields: Fields, name: string): string {
  const text = fields.text(name);
  fromBase64url(text, HASH_BYTES);
  return text;
}

function malformed<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof SealedError && !(error instanceof ManifestError))
      throw new ManifestError('malformed');
    throw error;
  }
}
