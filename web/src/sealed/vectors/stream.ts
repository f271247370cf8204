import { noble } from '../aead.ts';
import { type Bytes, concat, sha256 } from '../bytes.ts';
import { CHUNK, SEALED_CHUNK } from '../ranges.ts';
import { payloadCipher, sealChunks } from '../stream.ts';
import { bytesOf, pattern, text } from './sample.ts';

const WRITTEN_OUT = 1000;

/** Payload as it stands behind the nonce; the plaintext is `pattern(plaintext)`. */
async function payloadOf(name: string, plaintext: number) {
  const key = bytesOf(`file key of ${name}`, 16);
  const nonce = bytesOf(`nonce of ${name}`, 16);
  const payload = await sealChunks(await payloadCipher(key, nonce, noble), pattern(plaintext), 0, true);
  return { key, nonce, payload };
}

async function sealedCase(name: string, plaintext: number) {
  const { key, nonce, payload } = await payloadOf(name, plaintext);
  return {
    name,
    file_key: text(key),
    nonce: text(nonce),
    plaintext,
    payload_size: payload.length,
    payload_hash: text(sha256(payload)),
    ...(payload.length <= WRITTEN_OUT ? { payload: text(payload) } : {}),
  };
}

export type Change =
  | readonly ['cut', number]
  | readonly ['flip', number]
  | readonly ['swap', number, number]
  | readonly ['append', string];

/** What the vectors call a change: `cut` to a length, `flip` one bit of a byte, `swap` two chunks, `append` bytes. */
export function changed(payload: Bytes, change: Change, appended: Bytes): Bytes {
  if (change[0] === 'cut') return payload.slice(0, change[1]);
  if (change[0] === 'append') return concat(payload, appended);
  const copy = payload.slice();
  if (change[0] === 'flip') {
    copy[change[1]] = (copy[change[1]] ?? 0) ^ 1;
    return copy;
  }
  const chunk = (i: number) => payload.slice(i * SEALED_CHUNK, (i + 1) * SEALED_CHUNK);
  copy.set(chunk(change[2]), change[1] * SEALED_CHUNK);
  copy.set(chunk(change[1]), change[2] * SEALED_CHUNK);
  return copy;
}

async function refusedCase(name: string, plaintext: number, change: Change, refused: string) {
  return { ...(await sealedCase(name, plaintext)), change, refused };
}

export async function streamVectors() {
  return {
    cases: [
      await sealedCase('nothing', 0),
      await sealedCase('one byte', 1),
      await sealedCase('a few bytes', 300),
      await sealedCase('one chunk less a byte', CHUNK - 1),
      await sealedCase('one chunk', CHUNK),
      await sealedCase('one chunk and a byte', CHUNK + 1),
      await sealedCase('three chunks', 3 * CHUNK),
      await refusedCase('cut inside the tag', 300, ['cut', 310], 'altered'),
      await refusedCase('cut to nothing', 300, ['cut', 0], 'truncated'),
      await refusedCase('cut after a chunk', 3 * CHUNK, ['cut', 2 * SEALED_CHUNK], 'truncated'),
      await refusedCase('cut inside a chunk', 3 * CHUNK, ['cut', 2 * SEALED_CHUNK + 1000], 'altered'),
      await refusedCase(
        'cut to an empty last chunk',
        3 * CHUNK,
        ['cut', 2 * SEALED_CHUNK + 16],
        'illegal-size',
      ),
      await refusedCase('a bit of the first chunk', 3 * CHUNK, ['flip', 5], 'altered'),
      await refusedCase('a bit of the last tag', 3 * CHUNK, ['flip', 3 * SEALED_CHUNK - 1], 'altered'),
      await refusedCase('two chunks swapped', 3 * CHUNK, ['swap', 0, 1], 'altered'),
      await refusedCase(
        'bytes behind a whole last chunk',
        3 * CHUNK,
        ['append', text(bytesOf('appended', 40))],
        'extra',
      ),
      await refusedCase(
        'bytes behind a short last chunk',
        300,
        ['append', text(bytesOf('appended', 40))],
        'altered',
      ),
    ],
  };
}
