/** Names of things: 16 random bytes as base64url, one type for each thing. */
import { fromBase64url, randomBytes, toBase64url } from './bytes.ts';

declare const kind: unique symbol;
type Id<Kind extends string> = string & { readonly [kind]: Kind };

export type LinkId = Id<'link'>;
export type SubmissionId = Id<'submission'>;
export type AccountId = Id<'account'>;

const ID_BYTES = 16;

export const newLinkId = (): LinkId => toBase64url(randomBytes(ID_BYTES)) as LinkId;
export const newSubmissionId = (): SubmissionId => toBase64url(randomBytes(ID_BYTES)) as SubmissionId;
export const newAccountId = (): AccountId => toBase64url(randomBytes(ID_BYTES)) as AccountId;

/** Throw MalformedError unless the text is an id. */
export const parseLinkId = (text: string): LinkId => checked(text) as LinkId;
export const parseSubmissionId = (text: string): SubmissionId => checked(text) as SubmissionId;
export const parseAccountId = (text: string): AccountId => checked(text) as AccountId;

export function idBytes(id: LinkId | SubmissionId | AccountId): Uint8Array {
  return fromBase64url(id, ID_BYTES);
}

function checked(text: string): string {
  fromBase64url(text, ID_BYTES);
  return text;
}
