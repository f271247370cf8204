/**
 * Why sealed things are refused. An error names its format and a `reason` for code to decide on;
 * the words a person reads live in `text/`. No error carries a secret or anything that was opened.
 */

/** Base of every refusal of a format; `format` and `reason` are stable names. */
export abstract class SealedError<Reason extends string = string> extends Error {
  abstract readonly format: string;
  readonly reason: Reason;

  constructor(reason: Reason) {
    super(reason);
    this.reason = reason;
    this.name = new.target.name;
  }
}

/** A byte string, JSON text, padding or recipient that is not written as section 1 says. */
export class MalformedError extends SealedError<
  | 'base64url'
  | 'length'
  | 'utf-8'
  | 'json'
  | 'field-twice'
  | 'version'
  | 'field'
  | 'padding'
  | 'too-large'
  | 'recipient'
> {
  readonly format = 'encoding';
}

/** A link that can not be used. `cut-off`: characters are missing at the end. */
export class LinkError extends SealedError<'missing' | 'cut-off' | 'malformed' | 'wrong-fingerprint'> {
  readonly format = 'link';
}

/** An invitation that does not open, or that the server's limits contradict. */
export class InvitationError extends SealedError<
  'too-large' | 'altered' | 'malformed' | 'other-link' | 'limits-differ'
> {
  readonly format = 'invitation';
}

/** A form that is not taken. `newer`: another version, or a kind of question that is not known here. */
export class FormError extends SealedError<'too-large' | 'json' | 'newer' | 'malformed'> {
  readonly format = 'form';
}

/** A header that is not one the server would store (section 4). */
export class HeaderError extends SealedError<
  'cut-off' | 'too-long' | 'malformed' | 'no-recipient' | 'two-recipients' | 'other-stanza'
> {
  readonly format = 'header';
}

/** An age file that this identity can not open. */
export class AgeError extends SealedError<'wrong-identity' | 'altered' | 'identity-malformed'> {
  readonly format = 'age';
}

/** A payload that is not the whole one that was sealed. Never an end of file. */
export class StreamError extends SealedError<'truncated' | 'altered' | 'extra' | 'illegal-size'> {
  readonly format = 'stream';
}

/** A card that this desk does not accept. */
export class CardError extends SealedError<
  'malformed' | 'tag' | 'reader' | 'maker' | 'recipient' | 'link' | 'shared-secret' | 'too-large'
> {
  readonly format = 'card';
}

/** A manifest that disagrees with what surrounds it (section 6). */
export class ManifestError extends SealedError<
  'malformed' | 'too-large' | 'proof' | 'link' | 'submission' | 'invitation' | 'files' | 'head' | 'size'
> {
  readonly format = 'manifest';
}

/** A review that is refused: the trainer's notes, or a reply (section 8a). `no-address`: nobody to reply to. */
export class ReplyError extends SealedError<
  'malformed' | 'too-large' | 'tag' | 'submission' | 'recipient' | 'parts' | 'shared-secret' | 'no-address'
> {
  readonly format = 'reply';
}

/** A vault, passphrase or recovery sheet that does not open. */
export class VaultError extends SealedError<
  'passphrase' | 'altered' | 'malformed' | 'sheet' | 'name' | 'salt'
> {
  readonly format = 'vault';
}

/** A refusal that came from a worker as `format` and `reason`. */
export function refusalFrom(format: string, reason: string): SealedError {
  return new PassedOn(format, reason);
}

class PassedOn extends SealedError {
  readonly format: string;

  constructor(format: string, reason: string) {
    super(reason);
    this.format = format;
    this.name = 'SealedError';
  }
}
