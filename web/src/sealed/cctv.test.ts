/** Every vector of C2SP's CCTV for age: our header parser and our STREAM, age-encryption for identities. */
import { Decrypter, armor } from 'age-encryption';
import * as vectors from 'cctv-age';
import { inflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { noble } from './aead.ts';
import { type Bytes, concat, equal, sha256 } from './bytes.ts';
import { HeaderError, StreamError } from './errors.ts';
import { readHeader } from './header.ts';
import { CHUNK, NONCE, SEALED_CHUNK } from './ranges.ts';
import { StreamOpener, payloadCipher, sealChunks } from './stream.ts';

interface Vector {
  readonly expect: string;
  readonly payload: string | null;
  readonly identities: readonly string[];
  readonly passphrases: readonly string[];
  readonly armored: boolean;
  readonly file: Uint8Array;
}

function read(vector: Uint8Array): Vector {
  const text = Buffer.from(vector).toString('latin1');
  const end = text.indexOf('\n\n');
  const pairs = text
    .slice(0, end)
    .split('\n')
    .map((line) => line.split(': ') as [string, string]);
  const all = (key: string) => pairs.filter(([name]) => name === key).map(([, value]) => value);
  const rest = vector.subarray(end + 2);
  return {
    expect: all('expect')[0] ?? '',
    payload: all('payload')[0] ?? null,
    identities: all('identity'),
    passphrases: all('passphrase'),
    armored: all('armored')[0] === 'yes',
    file: all('compressed')[0] === 'zlib' ? inflateSync(rest) : rest,
  };
}

interface Outcome {
  readonly result: string;
  readonly plaintext: Bytes;
  /** A chunk that is authentic, but marked as last where it is not or the other way: ours keeps it back. */
  readonly misplaced: Bytes | null;
}

const hex = (bytes: Bytes) => Buffer.from(bytes).toString('hex');
const NOTHING = new Uint8Array(0);

/** Opens as a reader does, in pieces of `piece` bytes, and says where it ended. */
async function open(vector: Vector, piece: number): Promise<Outcome> {
  let file: Bytes;
  try {
    file = new Uint8Array(
      vector.armored ? armor.decode(Buffer.from(vector.file).toString('latin1')) : vector.file,
    );
  } catch {
    return { result: 'armor failure', plaintext: NOTHING, misplaced: null };
  }
  const decrypter = new Decrypter();
  vector.identities.forEach((identity) => decrypter.addIdentity(identity));
  vector.passphrases.forEach((passphrase) => decrypter.addPassphrase(passphrase));
  let length: number;
  let key: Uint8Array;
  try {
    length = readHeader(file, file.length).length;
    key = await decrypter.decryptHeader(file.subarray(0, length));
  } catch (error) {
    const message = error instanceof Error ? error.message : '';
    if (message.startsWith('no identity matched'))
      return { result: 'no match', plaintext: NOTHING, misplaced: null };
    if (message.startsWith('invalid header HMAC'))
      return { result: 'HMAC failure', plaintext: NOTHING, misplaced: null };
    return { result: 'header failure', plaintext: NOTHING, misplaced: null };
  }
  const nonce = file.subarray(length, length + NONCE);
  // A payload without its whole nonce was cut off in the header's part.
  if (nonce.length < NONCE) return { result: 'header failure', plaintext: NOTHING, misplaced: null };
  const opener = new StreamOpener(await payloadCipher(key, nonce, noble));
  const opened: Bytes[] = [];
  try {
    for (let at = length + NONCE; at < file.length; at += piece) {
      opened.push(await opener.push(file.slice(at, at + piece)));
    }
    opened.push(await opener.end());
  } catch (error) {
    expect(error).toBeInstanceOf(StreamError);
    const plaintext = concat(...opened);
    const moved = error instanceof StreamError && (error.reason === 'extra' || error.reason === 'truncated');
    const misplaced = moved
      ? await misplacedChunk(key, file.subarray(length), plaintext.length / CHUNK)
      : null;
    return { result: 'payload failure', plaintext, misplaced };
  }
  const plaintext = concat(...opened);
  const aead = await payloadCipher(key, nonce, noble);
  expect(equal(await sealChunks(aead, plaintext, 0, true), file.subarray(length + NONCE))).toBe(true);
  return { result: 'success', plaintext, misplaced: null };
}

/** Opens chunk `index` with the other flag than its place demands, by other code than ours. */
async function misplacedChunk(key: Uint8Array, payload: Bytes, index: number): Promise<Bytes | null> {
  const at = NONCE + index * SEALED_CHUNK;
  const isLast = payload.length <= at + SEALED_CHUNK;
  // One that is not whole is by its length alone the last: no reader tries the other flag.
  if (payload.length < at + SEALED_CHUNK) return null;
  const nonce = new Uint8Array(12);
  nonce[10] = index;
  nonce[11] = isLast ? 0 : 1;
  const aead = await payloadCipher(key, payload.subarray(0, NONCE), noble);
  return aead.open(nonce, payload.slice(at, at + SEALED_CHUNK)).catch(() => null);
}

const cases = Object.entries(vectors).map(([name, vector]) => ({ name, vector: read(vector) }));

describe('the age vectors', () => {
  test('are all here', () => {
    expect(cases.length).toBe(143);
  });

  for (const { name, vector } of cases) {
    test(`${name} ends as it says`, async () => {
      const outcome = await open(vector, 60_000);
      expect(outcome.result).toBe(vector.expect);
      // Our files have no armor; what a streaming reader of armor had released before is not ours to say.
      if (vector.payload === null || vector.expect === 'armor failure') return;
      if (outcome.misplaced === null) expect(hex(sha256(outcome.plaintext))).toBe(vector.payload);
      else expect(hex(sha256(concat(outcome.plaintext, outcome.misplaced)))).toBe(vector.payload);
    });
  }

  test('whose header is malformed are refused by our parser alone', () => {
    for (const { name, vector } of cases) {
      if (vector.expect !== 'header failure' || vector.armored) continue;
      // What is wrong inside a stanza only its identity sees; a nonce that is cut off is behind the header.
      const inside =
        /^(x25519|hybrid|scrypt)_/.test(name) || name === 'stream_no_nonce' || name === 'stream_short_nonce';
      const parse = () => readHeader(vector.file, vector.file.length);
      if (!inside) expect(parse, name).toThrow(HeaderError);
    }
  });
});
