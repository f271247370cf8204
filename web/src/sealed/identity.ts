/** X25519 identities and recipients as age writes them. The only file that names curves and bech32. */
import { x25519 } from '@noble/curves/ed25519.js';
import { bech32 } from '@scure/base';
import { type Bytes, randomBytes } from './bytes.ts';
import { AgeError, CardError, MalformedError } from './errors.ts';
import { lowerCaseRecipient } from './link.ts';

declare const secret: unique symbol;
/** `AGE-SECRET-KEY-1…`, in capitals. */
export type Identity = string & { readonly [secret]: true };

const IDENTITY_PREFIX = 'AGE-SECRET-KEY-';
const RECIPIENT_PREFIX = 'age';
const KEY_BYTES = 32;

export function newIdentity(): Identity {
  return identityOf(randomBytes(KEY_BYTES));
}

/** The identity with this raw scalar. */
export function identityOf(scalar: Uint8Array): Identity {
  return bech32.encodeFromBytes(IDENTITY_PREFIX, scalar).toUpperCase() as Identity;
}

/** Throws AgeError `identity-malformed`. */
export function parseIdentity(text: string): Identity {
  if (!/^AGE-SECRET-KEY-1[02-9AC-HJ-NP-Z]{58}$/.test(text)) throw new AgeError('identity-malformed');
  decode(text, 'age-secret-key-', () => new AgeError('identity-malformed'));
  return text as Identity;
}

/** The one identity in an age identity file: comments and empty lines beside it. */
export function identityInFile(text: string): Identity {
  const lines = text.split('\n').map((line) => line.replace(/\r$/, ''));
  const identities = lines.filter((line) => line !== '' && !line.startsWith('#'));
  const only = identities[0];
  if (only === undefined || identities.length > 1) throw new AgeError('identity-malformed');
  return parseIdentity(only);
}

export function scalarOf(identity: Identity): Bytes {
  return decode(identity, 'age-secret-key-', () => new AgeError('identity-malformed'));
}

/**
 * An identity with the same recipient whose scalar does not begin with a zero byte, as WebKitGTK demands of
 * the keys it imports. X25519 ignores the three lowest bits of that byte (RFC 7748, section 5).
 */
export function importable(identity: Identity): Identity {
  const scalar = scalarOf(identity);
  scalar[0] = (scalar[0] ?? 0) | 7;
  return identityOf(scalar);
}

export function recipientOf(identity: Identity): string {
  return bech32.encodeFromBytes(RECIPIENT_PREFIX, x25519.getPublicKey(scalarOf(identity)));
}

/** Throws MalformedError `recipient`. */
export function publicKeyOf(recipient: string): Bytes {
  return decode(lowerCaseRecipient(recipient), RECIPIENT_PREFIX, () => new MalformedError('recipient'));
}

/** X25519 of both; an all-zero result is refused. */
export function sharedSecret(identity: Identity, recipient: string): Bytes {
  const peer = publicKeyOf(recipient);
  let shared: Bytes;
  try {
    shared = new Uint8Array(x25519.getSharedSecret(scalarOf(identity), peer));
  } catch {
    throw new CardError('shared-secret');
  }
  if (shared.every((byte) => byte === 0)) throw new CardError('shared-secret');
  return shared;
}

function decode(text: string, prefix: string, refusal: () => Error): Bytes {
  let decoded: { prefix: string; bytes: Uint8Array };
  try {
    decoded = bech32.decodeToBytes(text);
  } catch {
    throw refusal();
  }
  if (decoded.prefix !== prefix || decoded.bytes.length !== KEY_BYTES) throw refusal();
  return new Uint8Array(decoded.bytes);
}
