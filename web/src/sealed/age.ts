/**
 * Age files (section 4): headers come from `age-encryption`, payloads from stream.ts. The only file that
 * names `age-encryption`; it is large, so only workers load it.
 */
import { Decrypter, Encrypter } from 'age-encryption';
import { type Bytes, concat, randomBytes } from './bytes.ts';
import { AgeError } from './errors.ts';
import { parseHeader } from './header.ts';
import { type Identity, importable, publicKeyOf } from './identity.ts';
import { NONCE } from './ranges.ts';
import { StreamOpener, payloadCipher, sealChunks } from './stream.ts';

/** A fresh file key with the header that opens it. The key is never kept beyond one payload. */
export interface FileKey {
  readonly header: Bytes;
  readonly key: Bytes;
}

/** Bytes that an empty payload has after its header: nonce and one empty chunk. */
const EMPTY_PAYLOAD = 32;

/** Times that a wrapping is tried: each makes a key of its own, and WebKitGTK refuses those that begin with 0. */
const MOST_WRAPPINGS = 3;

export async function newFileKey(recipient: string): Promise<FileKey> {
  publicKeyOf(recipient);
  for (let left = MOST_WRAPPINGS; ; left -= 1) {
    try {
      return await wrapped(recipient);
    } catch (error) {
      if (left === 1) throw error;
    }
  }
}

async function wrapped(recipient: string): Promise<FileKey> {
  let key: Bytes | null = null;
  const encrypter = new Encrypter();
  encrypter.addRecipient(recipient);
  // A recipient that wraps nothing: it only keeps the key that the others were given.
  encrypter.addRecipient({
    wrapFileKey: (fileKey) => {
      key = new Uint8Array(fileKey);
      return [];
    },
  });
  const probe = await encrypter.encrypt(new Uint8Array(0));
  if (key === null) throw new AgeError('altered');
  return { header: new Uint8Array(probe.subarray(0, probe.length - EMPTY_PAYLOAD)), key };
}

/** The file key behind a header. Throws HeaderError, AgeError `wrong-identity`, `altered`. */
export async function openFileKey(identity: Identity, header: Uint8Array): Promise<Bytes> {
  parseHeader(header);
  const decrypter = new Decrypter();
  decrypter.addIdentity(importable(identity));
  try {
    return new Uint8Array(await decrypter.decryptHeader(header));
  } catch (error) {
    const unmatched = error instanceof Error && error.message.startsWith('no identity matched');
    throw new AgeError(unmatched ? 'wrong-identity' : 'altered');
  }
}

/** A whole age file of something that fits into memory. */
export async function sealTo(recipient: string, plaintext: Bytes): Promise<Bytes> {
  const { header, key } = await newFileKey(recipient);
  const nonce = randomBytes(NONCE);
  const chunks = await sealChunks(await payloadCipher(key, nonce), plaintext, 0, true);
  return concat(header, nonce, chunks);
}

/** Throws HeaderError, AgeError or StreamError. */
export async function openWith(identity: Identity, file: Bytes): Promise<Bytes> {
  const { length } = parseHeader(file);
  const key = await openFileKey(identity, file.subarray(0, length));
  const nonce = file.subarray(length, length + NONCE);
  const opener = new StreamOpener(await payloadCipher(key, nonce));
  const most = await opener.push(file.slice(length + NONCE));
  return concat(most, await opener.end());
}
