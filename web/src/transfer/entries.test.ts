import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { beforeEach, expect, test, vi } from 'vitest';
import { utf8 } from '../sealed/bytes.ts';
import { Entries } from './entries.ts';

beforeEach(() => {
  vi.stubGlobal('indexedDB', new IDBFactory());
});

const settled = <T>(request: IDBRequest<T>) =>
  new Promise<T>((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('no result'));
  });

/** A database as pages before this one made it. */
async function laidOut(name: string, store: string): Promise<IDBDatabase> {
  const request = indexedDB.open(name, 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore('key');
    request.result.createObjectStore(store);
  };
  return settled(request);
}

const made = () => new Entries('dewdrop-sender', 'kept', 'begun ');

test('what an older page kept is still read', async () => {
  const database = await laidOut('dewdrop-sender', 'kept');
  const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, [
    'encrypt',
    'decrypt',
  ]);
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const algorithm = { name: 'AES-GCM', iv, additionalData: utf8('begun abc') };
  const sealed = await crypto.subtle.encrypt(algorithm, key, utf8('from before'));
  const transaction = database.transaction(['key', 'kept'], 'readwrite');
  transaction.objectStore('key').put(key, 'key');
  await settled(transaction.objectStore('kept').put({ iv, sealed }, 'abc'));
  expect(await made().read('abc')).toBe('from before');
});

test('an entry is read under its own name only, and is gone once dropped', async () => {
  const entries = made();
  await entries.write('abc', 'hello', true);
  expect(await made().read('abc')).toBe('hello');
  expect(await entries.read('abd')).toBeNull();
  expect(await entries.names()).toEqual(['abc']);
  const database = await settled(indexedDB.open('dewdrop-sender'));
  const moved = database.transaction('kept', 'readwrite').objectStore('kept');
  await settled(moved.put(await settled(moved.get('abc')), 'abd'));
  await expect(entries.read('abd')).rejects.toThrow();
  await entries.drop('abc');
  expect(await entries.read('abc')).toBeNull();
});

test('tabs that begin at the same time use one key', async () => {
  let goOn = (): void => undefined;
  const held = new Promise<void>((resolve) => (goOn = resolve));
  const slow = vi.spyOn(crypto.subtle, 'generateKey').mockImplementationOnce(async () => {
    await held;
    return crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
  });
  const late = made().write('late', 'from the late one', false);
  await vi.waitFor(() => expect(slow).toHaveBeenCalled());
  await made().write('first', 'from the first', false);
  goOn();
  await late;
  expect(await made().read('first')).toBe('from the first');
  expect(await made().read('late')).toBe('from the late one');
});

test('a database that the browser closed is opened again', async () => {
  const open = vi.spyOn(indexedDB, 'open');
  const entries = made();
  await entries.write('abc', 'hello', false);
  (open.mock.results[0]?.value as IDBOpenDBRequest).result.close();
  expect(await entries.read('abc')).toBe('hello');
  expect(open).toHaveBeenCalledTimes(2);
});

test('a private window refuses each time, and nothing is thought to be kept', async () => {
  const entries = made();
  vi.stubGlobal('indexedDB', undefined);
  await expect(entries.write('abc', 'hello', true)).rejects.toThrow();
  vi.stubGlobal('indexedDB', {
    open: () => {
      throw new DOMException('denied', 'SecurityError');
    },
  });
  await expect(entries.write('abc', 'hello', true)).rejects.toThrow('denied');
  vi.stubGlobal('indexedDB', new IDBFactory());
  await entries.write('abc', 'hello', true);
  expect(await entries.read('abc')).toBe('hello');
});

test('a write that does not fit rejects, and what was there stays', async () => {
  const entries = made();
  await entries.write('abc', 'hello', true);
  const put = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore) {
    const request = this.get('abc');
    this.transaction.abort();
    return request as IDBRequest<IDBValidKey>;
  });
  await expect(entries.write('abc', 'longer', true)).rejects.toThrow();
  put.mockRestore();
  expect(await entries.read('abc')).toBe('hello');
});
