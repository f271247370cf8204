/**
 * Byte strings and the three primitives that the formats share: SHA-256, HMAC and HKDF.
 * base64url is the one of section 1: no padding, non-zero spare bits refused.
 */
import { hkdf as hkdfWithSalt } from '@noble/hashes/hkdf.js';
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 as sha256Of } from '@noble/hashes/sha2.js';
import { MalformedError } from './errors.ts';

/** Bytes in their own memory, as WebCrypto and Blob want them. */
export type Bytes = Uint8Array<ArrayBuffer>;

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const VALUES = new Map([...ALPHABET].map((character, value) => [character, value]));
const NOTHING = new Uint8Array(0);

export function toBase64url(bytes: Uint8Array): string {
  let text = '';
  let held = 0;
  let bits = 0;
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xffff;
    bits += 8;
    while (bits >= 6) {
      bits -= 6;
      text += ALPHABET.charAt((held >> bits) & 63);
    }
  }
  return bits === 0 ? text : text + ALPHABET.charAt((held << (6 - bits)) & 63);
}

/** Reads base64url; with `length`, exactly so many bytes. Throws MalformedError. */
export function fromBase64url(text: string, length?: number): Bytes {
  if (text.length % 4 === 1) throw new MalformedError('base64url');
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  let held = 0;
  let bits = 0;
  let at = 0;
  for (const character of text) {
    const value = VALUES.get(character);
    if (value === undefined) throw new MalformedError('base64url');
    held = ((held << 6) | value) & 0xffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[at++] = (held >> bits) & 0xff;
    }
  }
  if ((held & ((1 << bits) - 1)) !== 0) throw new MalformedError('base64url');
  if (length !== undefined && bytes.length !== length) throw new MalformedError('length');
  return bytes;
}

export function utf8(text: string): Bytes {
  return new TextEncoder().encode(text);
}

/** Throws MalformedError on anything that is not UTF-8; keeps a byte order mark as what it is. */
export function fromUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new MalformedError('utf-8');
  }
}

export function concat(...parts: readonly Uint8Array[]): Bytes {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Compares without stopping at the first difference; lengths are not secret. */
export function equal(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= (a[i] ?? 0) ^ (b[i] ?? 0);
  return difference === 0;
}

export function randomBytes(length: number): Bytes {
  return crypto.getRandomValues(new Uint8Array(length));
}

/** H of section 1. */
export function sha256(bytes: Uint8Array): Bytes {
  return new Uint8Array(sha256Of(bytes));
}

export function hmacSha256(key: Uint8Array, message: Uint8Array): Bytes {
  return new Uint8Array(hmac(sha256Of, key, message));
}

/** HKDF-SHA256, 32 bytes out. Section 1 uses it with the empty salt; age also with a nonce. */
export function hkdf(key: Uint8Array, info: string, salt: Uint8Array = NOTHING): Bytes {
  return new Uint8Array(hkdfWithSalt(sha256Of, key, salt, utf8(info), 32));
}
