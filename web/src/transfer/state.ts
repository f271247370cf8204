/**
 * What this browser remembers of a delivery that was begun, so that it goes on after a reload, without
 * picking once everything is kept (section 7). Sealed under a key that can not be taken out of the
 * browser; never a file key. One entry a link, by its fingerprint. Where nothing can be kept it is as if
 * nothing had been begun.
 */
import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import { type Bytes, fromUtf8, toBase64url, utf8 } from '../sealed/bytes.ts';
import type { LinkParts } from '../sealed/link.ts';
import { type Begun, formatBegun, parseBegun } from './begun.ts';

export type { Begun };

/** Keeps at most one delivery for each link. */
export interface BegunStore {
  read(parts: LinkParts): Promise<Begun | null>;
  /** `surely`: on the disk when it resolves, where the browser can promise that. False: nothing was kept. */
  write(parts: LinkParts, begun: Begun, surely: boolean): Promise<boolean>;
  drop(parts: LinkParts): Promise<void>;
}

interface Schema extends DBSchema {
  key: { key: 'key'; value: CryptoKey };
  begun: { key: string; value: { iv: Bytes; sealed: ArrayBuffer } };
}

let opened: Promise<IDBPDatabase<Schema>> | null = null;

export const browserStore: BegunStore = {
  async read({ fingerprint }) {
    try {
      return await readEntry(await database(), toBase64url(fingerprint));
    } catch {
      return null;
    }
  },

  async write({ fingerprint }, begun, surely) {
    try {
      const db = await database();
      const name = toBase64url(fingerprint);
      const iv = crypto.getRandomValues(new Uint8Array(12));
      const plain = utf8(formatBegun(begun));
      const sealed = await crypto.subtle.encrypt(algorithm(iv, name), await sealingKey(db), plain);
      const transaction = db.transaction('begun', 'readwrite', {
        durability: surely ? 'strict' : 'relaxed',
      });
      await Promise.all([transaction.store.put({ iv, sealed }, name), transaction.done]);
      return true;
    } catch {
      // A private window or a full disk: the delivery goes on, a reload begins a new one.
      return false;
    }
  },

  async drop({ fingerprint }) {
    try {
      await (await database()).delete('begun', toBase64url(fingerprint));
    } catch {
      // Nothing could be kept, so there is nothing to drop.
    }
  },
};

/** Fingerprints, as in names, of all that was begun. */
export async function keptFingerprints(): Promise<readonly string[]> {
  try {
    return await (await database()).getAllKeys('begun');
  } catch {
    return [];
  }
}

async function readEntry(db: IDBPDatabase<Schema>, name: string): Promise<Begun | null> {
  const entry = await db.get('begun', name);
  if (entry === undefined) return null;
  const plain = await crypto.subtle.decrypt(algorithm(entry.iv, name), await sealingKey(db), entry.sealed);
  return parseBegun(fromUtf8(new Uint8Array(plain)));
}

function algorithm(iv: Bytes, name: string) {
  return { name: 'AES-GCM', iv, additionalData: utf8(`begun ${name}`) };
}

function database(): Promise<IDBPDatabase<Schema>> {
  opened ??= openDB<Schema>('dewdrop-transfer', 1, {
    upgrade(db) {
      db.createObjectStore('key');
      db.createObjectStore('begun');
    },
  });
  return opened;
}

async function sealingKey(db: IDBPDatabase<Schema>): Promise<CryptoKey> {
  const known = await db.get('key', 'key');
  if (known !== undefined) return known;
  const made = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, [
    'encrypt',
    'decrypt',
  ]);
  // Two tabs may both have made one: the first that is stored is the one both use.
  const transaction = db.transaction('key', 'readwrite');
  const first = await transaction.store.get('key');
  if (first === undefined) await transaction.store.put(made, 'key');
  await transaction.done;
  return first ?? made;
}
