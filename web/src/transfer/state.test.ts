import 'fake-indexeddb/auto';
import { describe, expect, test } from 'vitest';
import { equal, randomBytes, toBase64url, utf8 } from '../sealed/bytes.ts';
import { begunSample } from './begun-sample.ts';
import { browserStore, keptFingerprints } from './state.ts';

const settled = <T>(request: IDBRequest<T>) =>
  new Promise<T>((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('no result'));
  });

/** One of the database's stores, beside the page. */
async function store(name: 'begun' | 'key'): Promise<IDBObjectStore> {
  const database = await settled(indexedDB.open('dewdrop-transfer', 1));
  return database.transaction(name, 'readwrite').objectStore(name);
}

const storedKey = async () => (await settled((await store('key')).get('key'))) as CryptoKey;

interface Entry {
  iv: Uint8Array;
  sealed: ArrayBuffer;
}

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
    const entry = (await settled((await store('begun')).get(toBase64url(parts.fingerprint)))) as Entry;
    const clear = new TextDecoder('latin1').decode(entry.sealed);
    expect(clear).not.toContain(toBase64url(parts.secret));
    expect(clear).not.toContain('submission');
    expect((await storedKey()).extractable).toBe(false);
    await expect(crypto.subtle.exportKey('raw', await storedKey())).rejects.toThrow();
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
    const key = await storedKey();
    const iv = new Uint8Array(randomBytes(12));
    const algorithm = { name: 'AES-GCM', iv, additionalData: utf8(`begun ${name}`) };
    const { terms, submission, nextNumber } = begun;
    const old = utf8(JSON.stringify({ link: terms.link, submission, nextNumber, proven: false }));
    const sealed = await crypto.subtle.encrypt(algorithm, key, old);
    await settled((await store('begun')).put({ iv, sealed }, name));
    expect(await browserStore.read(parts)).toBeNull();
    expect(await keptFingerprints()).toContain(name);
  });

  test('is as if it had never been when the entry was damaged', async () => {
    await browserStore.write(parts, begun, true);
    const name = toBase64url(parts.fingerprint);
    const entry = (await settled((await store('begun')).get(name))) as Entry;
    const sealed = new Uint8Array(entry.sealed);
    sealed[0] = (sealed[0] ?? 0) ^ 1;
    await settled((await store('begun')).put({ iv: entry.iv, sealed: sealed.buffer }, name));
    expect(await browserStore.read(parts)).toBeNull();
    expect(equal(parts.secret, begun.secret ?? new Uint8Array(0))).toBe(true);
  });
});
