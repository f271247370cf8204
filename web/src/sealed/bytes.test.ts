import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concat, equal, fromBase64url, fromUtf8, hkdf, sha256, toBase64url, utf8 } from './bytes.ts';

const bytes = fc.uint8Array({ maxLength: 200 });

describe('base64url', () => {
  test('is what every other implementation writes', () => {
    fc.assert(
      fc.property(bytes, (some) => {
        expect(toBase64url(some)).toBe(Buffer.from(some).toString('base64url'));
        expect(fromBase64url(toBase64url(some))).toEqual(new Uint8Array(some));
      }),
    );
  });

  test('of another alphabet, with padding, white space or spare bits is refused', () => {
    for (const text of ['+A', '/A', 'AA==', 'AA ', ' AA', 'A', 'AB', 'AAB', 'AAAAA', 'ÄA']) {
      expect(() => fromBase64url(text), text).toThrow('base64url');
    }
  });

  test('has one text for each byte string', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9_-]{0,9}$/), (text) => {
        let read: Uint8Array;
        try {
          read = fromBase64url(text);
        } catch {
          return;
        }
        expect(toBase64url(read)).toBe(text);
      }),
    );
  });

  test('of another length than asked for is refused', () => {
    expect(() => fromBase64url('AAAA', 2)).toThrow('length');
  });
});

describe('bytes', () => {
  test('that are not UTF-8 are refused', () => {
    expect(() => fromUtf8(new Uint8Array([0xff]))).toThrow('utf-8');
    expect(fromUtf8(utf8('\ufeffä'))).toBe('\ufeffä');
  });

  test('are equal only when all of them are', () => {
    expect(equal(utf8('abc'), utf8('abc'))).toBe(true);
    expect(equal(utf8('abc'), utf8('abd'))).toBe(false);
    expect(equal(utf8('abc'), utf8('ab'))).toBe(false);
    expect(concat(utf8('a'), utf8(''), utf8('bc'))).toEqual(utf8('abc'));
  });

  test('hash to the published values', () => {
    expect(Buffer.from(sha256(utf8('abc'))).toString('hex')).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    );
    // RFC 5869, test case 3: no salt, no info; the first 32 of its 42 bytes.
    expect(Buffer.from(hkdf(new Uint8Array(22).fill(0x0b), '')).toString('hex')).toBe(
      '8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d',
    );
  });
});
