/**
 * Reviews (section 8a): what a trainer says about a submission, as `notes` for himself and as `reply` to the
 * sender. Tag, length, padded JSON, then the parts. The tag needs the link's identity on one side and, for a
 * reply, the sender's on the other: the server can drop a review, not write or alter one.
 */
import { openWith, sealTo } from './age.ts';
import { type Bytes, concat, equal, fromBase64url, hkdf, hmacSha256, sha256, toBase64url } from './bytes.ts';
import { CardError, ReplyError, SealedError } from './errors.ts';
import { type Identity, recipientOf, scalarOf, sharedSecret } from './identity.ts';
import { type SubmissionId, parseSubmissionId } from './ids.ts';
import { Fields } from './json.ts';
import { checkFingerprint, lowerCaseRecipient } from './link.ts';
import { MOST_PARTS, type Note, readNotes as readNoteList, shortText } from './notes.ts';
import { openPadded, padJson } from './padding.ts';

export const MOST_SEALED = 32 * 1024 * 1024;
export const PART_TYPES = ['audio/webm', 'audio/mp4', 'audio/ogg', 'video/webm', 'video/mp4'] as const;

const MOST_JSON = 4 * 1024 * 1024;
const TAG = 32;
const LENGTH = 8;

export type PartType = (typeof PART_TYPES)[number];

/** A voice or video note. */
export interface Part {
  readonly type: PartType;
  readonly bytes: Bytes;
}

export interface Review {
  readonly submission: SubmissionId;
  readonly written_at: number;
  /** About all of it. */
  readonly text: string;
  readonly notes: readonly Note[];
  readonly parts: readonly Part[];
}

type Kind = 'notes' | 'reply';

interface StatedPart {
  readonly type: PartType;
  readonly size: number;
  readonly hash: string;
}

interface Stated {
  readonly v: 1;
  readonly kind: Kind;
  readonly submission: SubmissionId;
  readonly recipient: string;
  readonly written_at: number;
  readonly text: string;
  readonly notes: readonly Note[];
  readonly parts: readonly StatedPart[];
}

/** The trainer's own notes, sealed to the link's recipient; `link` is the link's identity. Throws ReplyError. */
export function sealNotes(review: Review, link: Identity): Promise<Bytes> {
  return sealed(recipientOf(link), writeNotes(review, link));
}

/** A reply, sealed to `reply_to` of the manifest. Throws ReplyError. */
export function sealReply(review: Review, link: Identity, replyTo: string): Promise<Bytes> {
  return sealed(replyTo, writeReply(review, link, replyTo));
}

/** Throws SealedError. */
export async function openNotes(file: Bytes, submission: SubmissionId, link: Identity): Promise<Review> {
  return readNotes(await opened(file, link), submission, link);
}

/** As the sender: `own` follows from RECEIPT, `fingerprint` stands beside it. Throws SealedError. */
export async function openReply(
  file: Bytes,
  submission: SubmissionId,
  own: Identity,
  fingerprint: Bytes,
): Promise<Review> {
  return readReply(await opened(file, own), submission, own, fingerprint);
}

export function writeNotes(review: Review, link: Identity): Bytes {
  return write(review, 'notes', recipientOf(link), notesKey(link));
}

export function writeReply(review: Review, link: Identity, replyTo: string): Bytes {
  return write(review, 'reply', recipientOf(link), replyKey(link, replyTo));
}

export function readNotes(plain: Bytes, submission: SubmissionId, link: Identity): Review {
  return refusing(() => {
    const read = takenApart(plain);
    if (read.stated.recipient !== recipientOf(link)) throw new ReplyError('recipient');
    return checked(read, 'notes', submission, notesKey(link));
  });
}

export function readReply(plain: Bytes, submission: SubmissionId, own: Identity, fingerprint: Bytes): Review {
  return refusing(() => {
    const read = takenApart(plain);
    try {
      checkFingerprint({ secret: new Uint8Array(0), fingerprint }, read.stated.recipient);
    } catch {
      throw new ReplyError('recipient');
    }
    return checked(read, 'reply', submission, replyKey(own, read.stated.recipient));
  });
}

async function sealed(recipient: string, plain: Bytes): Promise<Bytes> {
  const file = await sealTo(recipient, plain);
  if (file.length > MOST_SEALED) throw new ReplyError('too-large');
  return file;
}

function opened(file: Bytes, identity: Identity): Promise<Bytes> {
  if (file.length > MOST_SEALED) throw new ReplyError('too-large');
  return openWith(identity, file);
}

function notesKey(link: Identity): Bytes {
  return hkdf(scalarOf(link), 'dewdrop/v1/notes');
}

/** The same from both sides: the link's identity with `reply_to`, or the sender's with the link's recipient. */
function replyKey(own: Identity, other: string): Bytes {
  try {
    return hkdf(sharedSecret(own, other), 'dewdrop/v1/reply-tag');
  } catch (error) {
    throw error instanceof CardError ? new ReplyError('shared-secret') : error;
  }
}

function write(review: Review, kind: Kind, recipient: string, key: Bytes): Bytes {
  const { submission, written_at, text, notes } = review;
  const parts = review.parts.map(({ type, bytes }) => {
    return { type, size: bytes.length, hash: toBase64url(sha256(bytes)) };
  });
  const stated = { v: 1, kind, submission, recipient, written_at, text, notes, parts };
  const json = refusing(() => padJson(readStated(new Fields(stated)), MOST_JSON));
  const tagged = concat(lengthOf(json.length), json);
  const plain = concat(hmacSha256(key, tagged), tagged, ...review.parts.map(({ bytes }) => bytes));
  if (plain.length > MOST_SEALED) throw new ReplyError('too-large');
  return plain;
}

/** A plaintext taken apart; nothing of it is to be believed yet. */
interface Apart {
  readonly tag: Bytes;
  /** J and the JSON. */
  readonly tagged: Bytes;
  readonly stated: Stated;
  readonly parts: Bytes;
}

function takenApart(plain: Bytes): Apart {
  if (plain.length < TAG + LENGTH) throw new ReplyError('malformed');
  const length = new DataView(plain.buffer, plain.byteOffset).getBigUint64(TAG);
  if (length > MOST_JSON) throw new ReplyError('too-large');
  const end = TAG + LENGTH + Number(length);
  if (plain.length < end) throw new ReplyError('malformed');
  return {
    tag: plain.subarray(0, TAG),
    tagged: plain.subarray(TAG, end),
    stated: readStated(openPadded(plain.subarray(TAG + LENGTH, end), MOST_JSON)),
    parts: plain.subarray(end),
  };
}

function checked(apart: Apart, kind: Kind, submission: SubmissionId, key: Bytes): Review {
  const { stated } = apart;
  if (!equal(hmacSha256(key, apart.tagged), apart.tag)) throw new ReplyError('tag');
  if (stated.kind !== kind) throw new ReplyError('malformed');
  if (stated.submission !== submission) throw new ReplyError('submission');
  let at = 0;
  const parts = stated.parts.map(({ type, size, hash }) => {
    const bytes = apart.parts.slice(at, at + size);
    if (bytes.length !== size || toBase64url(sha256(bytes)) !== hash) throw new ReplyError('parts');
    at += size;
    return { type, bytes };
  });
  if (at !== apart.parts.length) throw new ReplyError('parts');
  return { submission, written_at: stated.written_at, text: stated.text, notes: stated.notes, parts };
}

function readStated(fields: Fields): Stated {
  const kind = fields.text('kind');
  const parts = fields.list('parts', readPart);
  if ((kind !== 'notes' && kind !== 'reply') || parts.length > MOST_PARTS) throw new ReplyError('malformed');
  return {
    v: 1,
    kind,
    submission: parseSubmissionId(fields.text('submission')),
    recipient: lowerCaseRecipient(fields.text('recipient')),
    written_at: fields.time('written_at'),
    text: shortText(fields.raw('text')),
    notes: readNoteList(fields, parts.length),
    parts,
  };
}

function readPart(value: unknown): StatedPart {
  const fields = new Fields(value);
  const type = PART_TYPES.find((known) => known === fields.text('type'));
  const [size, hash] = [fields.integer('size'), fields.text('hash')];
  if (type === undefined || size === 0) throw new ReplyError('malformed');
  fromBase64url(hash, TAG);
  return { type, size, hash };
}

function lengthOf(length: number): Bytes {
  const bytes = new Uint8Array(LENGTH);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length));
  return bytes;
}

/** Whatever is not as section 1 says makes a review `malformed`. */
function refusing<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof ReplyError || !(error instanceof SealedError)) throw error;
    throw new ReplyError(error.reason === 'too-large' ? 'too-large' : 'malformed');
  }
}
