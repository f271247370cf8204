/**
 * The link: `https://HOST/u#SECRET.FINGERPRINT` (section 2). What mail gateways, messengers and
 * people do to it on its way is repaired here when nothing is lost, and refused with a reason otherwise.
 */
import { type Bytes, equal, fromBase64url, hkdf, randomBytes, sha256, toBase64url, utf8 } from './bytes.ts';
import { LinkError, MalformedError } from './errors.ts';

/** What follows the `#`: of a link (SECRET) or of a receipt (RECEIPT), 16 bytes each. */
export interface LinkParts {
  readonly secret: Bytes;
  readonly fingerprint: Bytes;
}

const PART_BYTES = 16;
const PART_CHARACTERS = 22;

export function newSecret(): Bytes {
  return randomBytes(PART_BYTES);
}

export function newLink(recipient: string): LinkParts {
  return { secret: newSecret(), fingerprint: fingerprintOf(recipient) };
}

export function formatFragment(parts: LinkParts): string {
  return `${toBase64url(parts.secret)}.${toBase64url(parts.fingerprint)}`;
}

/** `origin` has no slash at its end, as `location.origin`. */
export function formatLink(origin: string, parts: LinkParts): string {
  return `${origin}/u#${formatFragment(parts)}`;
}

export function formatReceipt(origin: string, parts: LinkParts): string {
  return `${origin}/r#${formatFragment(parts)}`;
}

/**
 * Reads a fragment, a whole link, or either of them with `%23` for `#`, percent-encoded letters,
 * punctuation at its end, or the same link twice. Throws LinkError.
 */
export function parseLink(text: string): LinkParts {
  const fragments = decoded(text.trim()).split('#');
  const written = fragments.length > 1 ? fragments.slice(1).map(withoutUrl) : fragments;
  const candidates = written.map(trimmed).filter((candidate) => candidate !== '');
  const first = candidates[0];
  if (first === undefined) throw new LinkError('missing');
  const link = parseFragment(first);
  for (const other of candidates.slice(1)) {
    // The second of a doubled link may be cut off: what is there of it has to be the same.
    if (!formatFragment(link).startsWith(other) && !same(link, parseFragment(other))) {
      throw new LinkError('malformed');
    }
  }
  return link;
}

/** First 16 bytes of H of the recipient as written. Throws MalformedError unless it is lower case. */
export function fingerprintOf(recipient: string): Bytes {
  return sha256(utf8(lowerCaseRecipient(recipient))).slice(0, PART_BYTES);
}

/** To be called before anything else is done with a recipient that the server named. */
export function checkFingerprint(parts: LinkParts, recipient: string): void {
  if (!equal(parts.fingerprint, fingerprintOf(recipient))) throw new LinkError('wrong-fingerprint');
}

/** Throws MalformedError unless it looks like an X25519 recipient in lower case. */
export function lowerCaseRecipient(recipient: string): string {
  if (!/^age1[02-9ac-hj-np-z]{58}$/.test(recipient)) throw new MalformedError('recipient');
  return recipient;
}

/** The sender's bearer, of which the server keeps the hash. */
export const linkAuth = (secret: Uint8Array): Bytes => hkdf(secret, 'dewdrop/v1/link-auth');
/** Opens the invitation. */
export const linkPage = (secret: Uint8Array): Bytes => hkdf(secret, 'dewdrop/v1/link-page');
/** Makes proofs. */
export const linkSender = (secret: Uint8Array): Bytes => hkdf(secret, 'dewdrop/v1/link-sender');
/** The bearer for everything of one submission, from RECEIPT. */
export const receiptAuth = (receipt: Uint8Array): Bytes => hkdf(receipt, 'dewdrop/v1/receipt-auth');
/** What the server keeps of a bearer. */
export const bearerHash = (bearer: Uint8Array): string => toBase64url(sha256(bearer));

function decoded(text: string): string {
  // Gateways encode once or, wrapping each other, twice; more rounds than that is not a link.
  return [1, 2].reduce(
    (held) => held.replace(/%(2[0-9a-f]|3[0-9a-f]|[4-7][0-9a-f])/gi, (whole) => decodeURIComponent(whole)),
    text,
  );
}

/** Of a doubled link, the part between two `#` ends with the address of the second. */
function withoutUrl(text: string): string {
  return text.split(/https?:/i)[0] ?? '';
}

/** The characters that surround a link in a sentence or a mail; none of them is of base64url. */
function trimmed(text: string): string {
  return text.replace(/^[\s<("'“‘«]+/u, '').replace(/[\s>)\]}"'”’»,;:!?….]+$/u, '');
}

function parseFragment(text: string): LinkParts {
  // Trackers append parameters; nothing of ours ever follows.
  const bare = trimmed(text.split(/[?&\s]/)[0] ?? '');
  if (!/^[A-Za-z0-9_.-]+$/.test(bare)) throw new LinkError('malformed');
  const [secret = '', fingerprint, ...rest] = bare.split('.');
  if (rest.length > 0 || secret.length > PART_CHARACTERS) throw new LinkError('malformed');
  if (fingerprint === undefined) throw new LinkError('cut-off');
  if (secret.length < PART_CHARACTERS) throw new LinkError('malformed');
  if (fingerprint.length < PART_CHARACTERS) throw new LinkError('cut-off');
  try {
    return { secret: fromBase64url(secret, PART_BYTES), fingerprint: fromBase64url(fingerprint, PART_BYTES) };
  } catch {
    throw new LinkError('malformed');
  }
}

function same(a: LinkParts, b: LinkParts): boolean {
  return equal(a.secret, b.secret) && equal(a.fingerprint, b.fingerprint);
}
