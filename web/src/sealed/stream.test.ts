import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { noble } from './aead.ts';
import { type Bytes, concat, equal, randomBytes } from './bytes.ts';
import { StreamError } from './errors.ts';
import { CHUNK, SEALED_CHUNK, TAG, chunkCount } from './ranges.ts';
import { StreamOpener, openChunks, payloadCipher, sealChunks } from './stream.ts';
import { pattern } from './vectors/sample.ts';

const aead = await payloadCipher(randomBytes(16), randomBytes(16), noble);
const plaintext = pattern(2 * CHUNK + 77);
const payload = await sealChunks(aead, plaintext, 0, true);

/** Opens in pieces of the given sizes, over and over. */
async function opened(sealed: Bytes, sizes: readonly number[]): Promise<Bytes> {
  const opener = new StreamOpener(aead);
  const parts: Bytes[] = [];
  for (let at = 0, i = 0; at < sealed.length; i++) {
    const size = sizes[i % sizes.length] ?? 1;
    parts.push(await opener.push(sealed.slice(at, at + size)));
    at += size;
  }
  return concat(...parts, await opener.end());
}

describe('a payload', () => {
  test('opens in pieces of one byte', async () => {
    const small = pattern(3000);
    expect(equal(await opened(await sealChunks(aead, small, 0, true), [1]), small)).toBe(true);
  });

  test('opens in pieces of any size', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 90_000 }), { minLength: 1, maxLength: 5 }),
        async (sizes) => {
          const coarse = sizes.map((size) => size + 500);
          expect(equal(await opened(payload.slice(), coarse), plaintext)).toBe(true);
        },
      ),
      { numRuns: 15 },
    );
  });

  test('sealed piece by piece is the same payload', async () => {
    const first = await sealChunks(aead, plaintext.slice(0, CHUNK), 0, false);
    const rest = await sealChunks(aead, plaintext.slice(CHUNK), 1, true);
    expect(equal(concat(first, rest), payload)).toBe(true);
  });

  test('can not be sealed in pieces that are not whole chunks, nor end with an empty one', async () => {
    await expect(sealChunks(aead, pattern(10), 0, false)).rejects.toThrow('not whole chunks');
    await expect(sealChunks(aead, pattern(0), 1, true)).rejects.toThrow('not whole chunks');
  });

  test('whose any byte was altered yields nothing that was not in it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(payload.length - 1), fc.integer({ min: 1, max: 255 }), async (at, mask) => {
        const altered = payload.slice();
        altered[at] = (altered[at] ?? 0) ^ mask;
        const opener = new StreamOpener(aead);
        const parts: Bytes[] = [];
        const run = async () => {
          for (let i = 0; i < altered.length; i += SEALED_CHUNK) {
            parts.push(await opener.push(altered.slice(i, i + SEALED_CHUNK)));
          }
          parts.push(await opener.end());
        };
        await expect(run()).rejects.toThrow(StreamError);
        const released = concat(...parts);
        expect(equal(released, plaintext.subarray(0, released.length))).toBe(true);
        expect(released.length).toBeLessThanOrEqual(Math.floor(at / SEALED_CHUNK) * CHUNK);
      }),
      { numRuns: 30 },
    );
  });

  test('cut off anywhere is refused', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(payload.length - 1), async (length) => {
        await expect(opened(payload.slice(0, length), [SEALED_CHUNK])).rejects.toThrow(StreamError);
      }),
      { numRuns: 30 },
    );
    for (const length of [SEALED_CHUNK, 2 * SEALED_CHUNK, 2 * SEALED_CHUNK + TAG]) {
      await expect(opened(payload.slice(0, length), [SEALED_CHUNK])).rejects.toThrow(
        /truncated|illegal-size/,
      );
    }
  });

  test('that failed once fails for ever', async () => {
    const opener = new StreamOpener(aead);
    const altered = payload.slice();
    altered[3] = (altered[3] ?? 0) ^ 1;
    await expect(opener.push(altered)).rejects.toThrow('altered');
    await expect(opener.push(payload.slice())).rejects.toThrow('altered');
    await expect(opener.end()).rejects.toThrow('altered');
  });
});

describe('a stretch of chunks', () => {
  const total = chunkCount(payload.length);

  test('opens at its place only', async () => {
    const middle = payload.slice(SEALED_CHUNK, 2 * SEALED_CHUNK);
    expect(equal(await openChunks(aead, middle, 1, total), plaintext.subarray(CHUNK, 2 * CHUNK))).toBe(true);
    await expect(openChunks(aead, middle, 0, total)).rejects.toThrow('altered');
    await expect(openChunks(aead, middle, 1, 2)).rejects.toThrow('truncated');
  });

  test('that is not whole, too long or empty is refused', async () => {
    await expect(openChunks(aead, payload.slice(0, 100), 0, total)).rejects.toThrow('truncated');
    await expect(openChunks(aead, payload.slice(), 1, total)).rejects.toThrow('truncated');
    await expect(openChunks(aead, payload.slice(0, 0), 0, total)).rejects.toThrow('truncated');
    await expect(
      openChunks(aead, payload.slice(2 * SEALED_CHUNK, 2 * SEALED_CHUNK + TAG), 2, total),
    ).rejects.toThrow('illegal-size');
  });
});
