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
import { type Question, readQuestions, wish } from './question.ts';

export type { Choice, Question, QuestionKind } from './question.ts';

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
  /** How long a film beside the questions should be at most, in seconds: a wish, and no limit. */
  readonly max_seconds?: number;
}

const MOST_PADDED = 64 * 1024;
const NONCE_BYTES = 24;
const TAG_BYTES = 16;

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
    return {
      v: 1,
      link: parseLinkId(fields.text('link')),
      from: fields.text('from'),
      greeting: fields.text('greeting'),
      instructions: fields.text('instructions'),
      questions: readQuestions(fields),
      notice: fields.text('notice'),
      readers: fields.list('readers', expectText),
      ...wish(fields),
      retention: fields.integer('retention'),
      closes_at: fields.time('closes_at'),
      uses: fields.integer('uses'),
      max_files: fields.integer('max_files'),
      max_bytes: fields.integer('max_bytes'),
    };
  } catch (error) {
    if (error instanceof SealedError) throw new InvitationError('malformed');
    throw error;
  }
}
