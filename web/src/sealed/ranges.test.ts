import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  CHUNK,
  SEALED_CHUNK,
  TAG,
  chunkCount,
  isLegalPayload,
  lastChunkOf,
  payloadSize,
  plaintextSize,
  sealedSize,
  stretchOf,
} from './ranges.ts';

const size = fc.oneof(
  fc.nat(5 * CHUNK),
  fc.nat(2 ** 34),
  fc.nat(40).map((n) => n * CHUNK),
  fc.nat(40).map((n) => n * CHUNK + 1),
);

describe('sizes', () => {
  test('go from plaintext to payload and back', () => {
    fc.assert(
      fc.property(size, (plaintext) => {
        const payload = payloadSize(plaintext);
        expect(isLegalPayload(payload)).toBe(true);
        expect(plaintextSize(payload)).toBe(plaintext);
        expect(chunkCount(payload)).toBe(Math.max(1, Math.ceil(plaintext / CHUNK)));
      }),
    );
  });

  test('are legal exactly when some plaintext has them', () => {
    const some = new Set(Array.from({ length: 3 * CHUNK }, (_, plaintext) => payloadSize(plaintext)));
    for (let payload = 0; payload < 3 * SEALED_CHUNK; payload++) {
      if (isLegalPayload(payload) !== some.has(payload)) expect.fail(`a payload of ${String(payload)} bytes`);
    }
  });

  test('that are no whole number are refused', () => {
    for (const payload of [-1, 0.5, NaN, Infinity])
      expect(() => plaintextSize(payload)).toThrow('illegal-size');
  });
});

describe('a stretch', () => {
  test('covers what was asked for, in whole chunks, and no chunk more', () => {
    fc.assert(
      fc.property(
        size.filter((plaintext) => plaintext > 0),
        fc.nat(),
        fc.nat(),
        fc.integer({ min: 184, max: 1040 }),
        (plaintext, one, other, start) => {
          const [a, b] = [one % plaintext, other % plaintext].sort((x, y) => x - y) as [number, number];
          const whole = sealedSize(start, plaintext);
          const stretch = stretchOf(a, b, start, whole);
          expect(stretch.firstChunk * CHUNK + stretch.skip).toBe(a);
          expect(stretch.skip).toBeLessThan(CHUNK);
          expect(stretch.lastChunk).toBe(Math.floor(b / CHUNK));
          expect((stretch.from - start) % SEALED_CHUNK).toBe(0);
          expect(stretch.to).toBeLessThan(whole);
          expect(stretch.to + 1 === whole || (stretch.to + 1 - start) % SEALED_CHUNK === 0).toBe(true);
          expect(stretch.to - stretch.from + 1).toBeGreaterThan(TAG);
        },
      ),
    );
  });

  test('outside of the plaintext is refused', () => {
    for (const [a, b] of [
      [-1, 0],
      [1, 0],
      [0, 10],
      [10, 10],
    ] as const) {
      expect(() => stretchOf(a, b, 184, sealedSize(184, 10))).toThrow(RangeError);
    }
  });

  test('of the last chunk ends where the file ends', () => {
    fc.assert(
      fc.property(size, (plaintext) => {
        const whole = sealedSize(200, plaintext);
        const last = lastChunkOf(200, whole);
        expect(last.to).toBe(whole - 1);
        expect(last.firstChunk).toBe(chunkCount(whole - 200) - 1);
        expect(last.to - last.from + 1).toBeLessThanOrEqual(SEALED_CHUNK);
      }),
    );
  });
});
