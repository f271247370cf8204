import 'fake-indexeddb/auto';
import { openDB } from 'idb';
import { describe, expect, test } from 'vitest';
import { equal, randomBytes, toBase64url, utf8 } from '../sealed/bytes.ts';
import { begunSample } from './begun-sample.ts';
import { browserStore, keptFingerprints } from './state.ts';

const parts = { secret: randomBytes(16), fingerprint: randomBytes(16) };
const begun = begunSample({ secret: parts.secret });

describe('what was begun', () => {
  test('is read back as it was written, for its link only', async () => {
    await browserStore.write(parts, begun, true);
    expect(await browserStore.read(parts)).toEqual(begun);
    expect(await browserStore.read({ ...parts, fingerprint: randomBytes(16) })).toBeNull();
  });

  test('does not lie in the database in clear, and its key can not be taken out', async () => {
    await browserStore.write(parts, begun, true);
    const db = await openDB('dewdrop-transfer', 1);
    const entry = (await db.get('begun', toBase64url(parts.fingerprint))) as { sealed: ArrayBuffer };
    const clear = new TextDecoder('latin1').decode(entry.sealed);
    expect(clear).not.toContain(toBase64url(parts.secret));
    expect(clear).not.toContain('submission');
    expect(((await db.get('key', 'key')) as CryptoKey).extractable).toBe(false);
    await expect(crypto.subtle.exportKey('raw', (await db.get('key', 'key')) as CryptoKey)).rejects.toThrow();
  });

  test('loses its secret when that is dropped, and all of it in the end', async () => {
    await browserStore.write(parts, { ...begun, secret: null }, true);
    expect((await browserStore.read(parts))?.secret).toBeNull();
    await browserStore.drop(parts);
    expect(await browserStore.read(parts)).toBeNull();
  });

  test('of another version is as if it had never been, and is found by whoever sweeps', async () => {
    await browserStore.write(parts, begun, true);
    const name = toBase64url(parts.fingerprint);
    const db = await openDB('dewdrop-transfer', 1);
    const key = (await db.get('key', 'key')) as CryptoKey;
    const iv = new Uint8Array(randomBytes(12));
    const algorithm = { name: 'AES-GCM', iv, additionalData: utf8(`begun ${name}`) };
    const { terms, submission, nextNumber } = begun;
    const old = utf8(JSON.stringify({ link: terms.link, submission, nextNumber, proven: false }));
    await db.put('begun', { iv, sealed: await crypto.subtle.encrypt(algorithm, key, old) }, name);
    expect(await browserStore.read(parts)).toBeNull();
    expect(await keptFingerprints()).toContain(name);
  });

  test('is as if it had never been when the entry was damaged', async () => {
    await browserStore.write(parts, begun, true);
    const db = await openDB('dewdrop-transfer', 1);
    const entry = (await db.get('begun', toBase64url(parts.fingerprint))) as {
      iv: Uint8Array;
      sealed: ArrayBuffer;
    };
    const sealed = new Uint8Array(entry.sealed);
    sealed[0] = (sealed[0] ?? 0) ^ 1;
    await db.put('begun', { iv: entry.iv, sealed: sealed.buffer }, toBase64url(parts.fingerprint));
    expect(await browserStore.read(parts)).toBeNull();
    expect(equal(parts.secret, begun.secret ?? new Uint8Array(0))).toBe(true);
  });
});
