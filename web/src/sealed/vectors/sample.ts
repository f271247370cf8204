/** What the vectors are made of: bytes and identities that follow from a name, so that files differ little. */
import { type Bytes, concat, sha256, utf8 } from '../bytes.ts';
import { type Identity, identityOf, recipientOf } from '../identity.ts';
import type { AccountId, LinkId, SubmissionId } from '../ids.ts';
import { toBase64url } from '../bytes.ts';

export function bytesOf(name: string, length: number): Bytes {
  let bytes: Bytes = new Uint8Array(0);
  for (let i = 0; bytes.length < length; i++)
    bytes = concat(bytes, sha256(utf8(`dewdrop vector ${name} ${String(i)}`)));
  return bytes.slice(0, length);
}

export const text = toBase64url;
export const idOf = (name: string) => text(bytesOf(name, 16)) as LinkId & SubmissionId & AccountId;
export const identityNamed = (name: string): Identity => identityOf(bytesOf(name, 32));
export const recipientNamed = (name: string): string => recipientOf(identityNamed(name));

/** Plaintext whose byte i is i mod 251: no two chunks are alike. */
export function pattern(size: number): Bytes {
  return Uint8Array.from({ length: size }, (_, i) => i % 251);
}

export const LINK = idOf('link');
export const SECRET = bytesOf('secret', 16);
export const LINK_IDENTITY = identityNamed('link identity');
export const LINK_RECIPIENT = recipientNamed('link identity');
