/**
 * What this browser keeps from one visit to the next, sealed under a key that can not be taken out of it:
 * an IndexedDB database with that key in a store `key`, and a store of entries `{iv, sealed}` by name.
 * Everything rejects where a browser keeps nothing, as in a private window or on a full disk. A database
 * that the browser closed, as under a page that slept, is opened again.
 */
import { type Bytes, fromUtf8, utf8 } from '../sealed/bytes.ts';

interface Entry {
  readonly iv: Bytes;
  readonly sealed: ArrayBuffer;
}

export class Entries {
  readonly #database: string;
  readonly #store: string;
  /** What stands before the name in the additional data of each entry. */
  readonly #purpose: string;
  #opened: Promise<IDBDatabase> | null = null;

  constructor(database: string, store: string, purpose: string) {
    this.#database = database;
    this.#store = store;
    this.#purpose = purpose;
  }

  /** Null when there is none; rejects for one that was damaged. */
  async read(name: string): Promise<string | null> {
    const entry = await this.#ask<Entry | undefined>((store) => store.get(name));
    if (entry === undefined) return null;
    const plain = await crypto.subtle.decrypt(
      this.#algorithm(entry.iv, name),
      await this.#key(),
      entry.sealed,
    );
    return fromUtf8(new Uint8Array(plain));
  }

  /** `surely`: on the disk when it resolves, where the browser can promise that. */
  async write(name: string, text: string, surely: boolean): Promise<void> {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const sealed = await crypto.subtle.encrypt(this.#algorithm(iv, name), await this.#key(), utf8(text));
    const entry: Entry = { iv, sealed };
    await this.#ask((store) => store.put(entry, name), 'readwrite', surely ? 'strict' : 'relaxed');
  }

  async drop(name: string): Promise<void> {
    await this.#ask((store) => store.delete(name), 'readwrite');
  }

  async names(): Promise<readonly string[]> {
    return (await this.#ask((store) => store.getAllKeys())) as string[];
  }

  #algorithm(iv: Bytes, name: string) {
    return { name: 'AES-GCM', iv, additionalData: utf8(`${this.#purpose}${name}`) };
  }

  async #key(): Promise<CryptoKey> {
    const stored = () =>
      this.#ask<CryptoKey | undefined>((store) => store.get('key'), 'readonly', 'default', 'key');
    const known = await stored();
    if (known !== undefined) return known;
    const made = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, [
      'encrypt',
      'decrypt',
    ]);
    // Two tabs may both have made one: the first that is stored is the one both use.
    await this.#ask((store) => store.add(made, 'key'), 'readwrite', 'default', 'key').catch(() => undefined);
    const first = await stored();
    if (first === undefined) throw new Error('no key is kept');
    return first;
  }

  /** Resolves once the transaction is through, not only the request. */
  async #ask<T>(
    work: (store: IDBObjectStore) => IDBRequest<T>,
    mode: IDBTransactionMode = 'readonly',
    durability: IDBTransactionDurability = 'default',
    name = this.#store,
  ): Promise<T> {
    const begin = async () => (await (this.#opened ??= this.#open())).transaction(name, mode, { durability });
    const transaction = await begin().catch(() => {
      this.#opened = null;
      return begin();
    });
    return new Promise((resolve, reject) => {
      const request = work(transaction.objectStore(name));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error ?? new Error('aborted'));
    });
  }

  #open(): Promise<IDBDatabase> {
    return new Promise((resolve, reject) => {
      const request = indexedDB.open(this.#database, 1);
      request.onupgradeneeded = () => {
        request.result.createObjectStore('key');
        request.result.createObjectStore(this.#store);
      };
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error ?? new Error('not opened'));
    });
  }
}
