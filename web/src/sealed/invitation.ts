/**
 * What a link says and asks (section 3), sealed with the link's secret and bound to its recipient.
 * A page shows nothing that is not in it, and compares the server's limits with it.
 */
import { xchacha20poly1305 } from '@noble/ciphers/chacha.js';
import { type Bytes, concat, randomBytes, sha256, utf8 } from './bytes.ts';
import { InvitationError, SealedError } from './errors.ts';
import { type LinkId, parseLinkId } from './ids.ts';
import { Fields, expectText } from './json.ts';
import { linkPage, lowerCaseRecipient } from './link.ts';
import { openPadded, padJson } from './padding.ts';

export type QuestionKind = 'short' | 'long' | 'yes-no' | 'choice' | 'number';

export interface Choice {
  readonly id: string;
  readonly text: string;
}

export interface Question {
  /** `[a-z0-9-]{1,32}` */
  readonly id: string;
  readonly kind: QuestionKind;
  readonly text: string;
  readonly help: string;
  readonly required: boolean;
  readonly choices: readonly Choice[];
}

/** What server and invitation both state. Durations and times in seconds, bytes are sealed bytes. */
export interface Limits {
  readonly retention: number;
  readonly closes_at: number;
  readonly uses: number;
  readonly max_files: number;
  readonly max_bytes: number;
}

export interface Invitation extends Limits {
  readonly v: 1;
  readonly link: LinkId;
  readonly from: string;
  readonly greeting: string;
  readonly instructions: string;
  readonly questions: readonly Question[];
  readonly notice: string;
  readonly readers: readonly string[];
}

const MOST_PADDED = 64 * 1024;
const NONCE_BYTES = 24;
const TAG_BYTES = 16;
const KINDS: readonly string[] = ['short', 'long', 'yes-no', 'choice', 'number'] satisfies QuestionKind[];

/** The nonce is random; a test passes its own. Throws InvitationError `too-large`, `malformed`. */
export function sealInvitation(
  invitation: Invitation,
  secret: Uint8Array,
  recipient: string,
  nonce: Uint8Array = randomBytes(NONCE_BYTES),
): Bytes {
  readInvitation(new Fields(invitation));
  let padded: Bytes;
  try {
    padded = padJson(invitation, MOST_PADDED);
  } catch {
    throw new InvitationError('too-large');
  }
  const sealed = xchacha20poly1305(linkPage(secret), nonce, boundTo(recipient)).encrypt(padded);
  return concat(nonce, sealed);
}

/** Throws InvitationError. */
export function openInvitation(sealed: Uint8Array, secret: Uint8Array, recipient: string): Invitation {
  if (sealed.length > NONCE_BYTES + MOST_PADDED + TAG_BYTES) throw new InvitationError('too-large');
  let padded: Uint8Array;
  try {
    const nonce = sealed.subarray(0, NONCE_BYTES);
    padded = xchacha20poly1305(linkPage(secret), nonce, boundTo(recipient)).decrypt(
      sealed.subarray(NONCE_BYTES),
    );
  } catch {
    throw new InvitationError('altered');
  }
  try {
    return readInvitation(openPadded(padded, MOST_PADDED));
  } catch (error) {
    if (error instanceof SealedError) throw new InvitationError('malformed');
    throw error;
  }
}

/** Refuses an invitation of another link, or limits of the server that differ from it. */
export function checkInvitation(invitation: Invitation, server: Limits & { readonly link: string }): void {
  if (invitation.link !== server.link) throw new InvitationError('other-link');
  for (const limit of ['retention', 'closes_at', 'uses', 'max_files', 'max_bytes'] as const) {
    if (invitation[limit] !== server[limit]) throw new InvitationError('limits-differ');
  }
}

function boundTo(recipient: string): Bytes {
  return concat(utf8('dewdrop/v1/invitation'), sha256(utf8(lowerCaseRecipient(recipient))));
}

function readInvitation(fields: Fields): Invitation {
  try {
    const questions = fields.list('questions', readQuestion);
    refuseTwice(questions);
    return {
      v: 1,
      link: parseLinkId(fields.text('link')),
      from: fields.text('from'),
      greeting: fields.text('greeting'),
      instructions: fields.text('instructions'),
      questions,
      notice: fields.text('notice'),
      readers: fields.list('readers', expectText),
      retention: fields.integer('retention'),
      closes_at: fields.integer('closes_at'),
      uses: fields.integer('uses'),
      max_files: fields.integer('max_files'),
      max_bytes: fields.integer('max_bytes'),
    };
  } catch (error) {
    if (error instanceof SealedError) throw new InvitationError('malformed');
    throw error;
  }
}

/** Also reads the questions of a template. */
export function readQuestion(value: unknown): Question {
  const fields = new Fields(value);
  const kind = fields.text('kind');
  if (!isKind(kind)) throw new InvitationError('malformed');
  const choices = fields.list('choices', readChoice);
  if ((kind === 'choice') !== choices.length > 0) throw new InvitationError('malformed');
  refuseTwice(choices);
  return {
    id: readName(fields),
    kind,
    text: fields.text('text'),
    help: fields.text('help'),
    required: fields.flag('required'),
    choices,
  };
}

function readChoice(value: unknown): Choice {
  const fields = new Fields(value);
  return { id: readName(fields), text: fields.text('text') };
}

function readName(fields: Fields): string {
  const id = fields.text('id');
  if (!/^[a-z0-9-]{1,32}$/.test(id)) throw new InvitationError('malformed');
  return id;
}

function isKind(kind: string): kind is QuestionKind {
  return KINDS.includes(kind);
}

function refuseTwice(named: readonly { readonly id: string }[]): void {
  if (new Set(named.map(({ id }) => id)).size !== named.length) throw new InvitationError('malformed');
}
