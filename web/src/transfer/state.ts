/**
 * What this browser remembers of a delivery that was begun, so that a reload goes on with the same
 * submission (section 7). Sealed under a key that can not be taken out of the browser; never a file key.
 * One entry a link, by its fingerprint. Where nothing can be kept it is as if nothing had been begun.
 */
import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import { type Bytes, fromBase64url, fromUtf8, toBase64url, utf8 } from '../sealed/bytes.ts';
import { type LinkId, type SubmissionId, parseLinkId, parseSubmissionId } from '../sealed/ids.ts';
import { Fields, parseObject } from '../sealed/json.ts';
import type { LinkParts } from '../sealed/link.ts';

export interface Begun {
  readonly link: LinkId;
  /** SECRET, dropped once the delivery arrived or ended. */
  readonly secret: Bytes | null;
  readonly submission: SubmissionId;
  readonly receipt: Bytes;
  /** The first file number that was never used. */
  readonly nextNumber: number;
  /** A proof was made: a change now needs another submission. */
  readonly proven: boolean;
}

/** Keeps at most one delivery for each link. */
export interface BegunStore {
  read(parts: LinkParts): Promise<Begun | null>;
  write(parts: LinkParts, begun: Begun): Promise<void>;
  drop(parts: LinkParts): Promise<void>;
}

interface Schema extends DBSchema {
  key: { key: 'key'; value: CryptoKey };
  begun: { key: string; value: { iv: Bytes; sealed: ArrayBuffer } };
}

let opened: Promise<IDBPDatabase<Schema>> | null = null;

export const browserStore: BegunStore = {
  async read(parts) {
    try {
      const db = await database();
      const name = toBase64url(parts.fingerprint);
      const entry = await db.get('begun', name);
      if (entry === undefined) return null;
      const plain = await crypto.subtle.decrypt(
        algorithm(entry.iv, name),
        await sealingKey(db),
        entry.sealed,
      );
      return parse(fromUtf8(new Uint8Array(plain)));
    } catch {
      return null;
    }
  },

  async write(parts, begun) {
    try {
      const db = await database();
      const name = toBase64url(parts.fingerprint);
      const iv = crypto.getRandomValues(new Uint8Array(12));
      const sealed = await crypto.subtle.encrypt(
        algorithm(iv, name),
        await sealingKey(db),
        utf8(format(begun)),
      );
      await db.put('begun', { iv, sealed }, name);
    } catch {
      // A private window or a full disk: the delivery goes on, a reload begins a new one.
    }
  },

  async drop(parts) {
    try {
      await (await database()).delete('begun', toBase64url(parts.fingerprint));
    } catch {
      // Nothing could be kept, so there is nothing to drop.
    }
  },
};

/** Keeps nothing. */
export const forgetful: BegunStore = {
  read: () => Promise.resolve(null),
  write: () => Promise.resolve(),
  drop: () => Promise.resolve(),
};

function format({ secret, receipt, ...rest }: Begun): string {
  return JSON.stringify({ ...rest, secret: secret && toBase64url(secret), receipt: toBase64url(receipt) });
}

function parse(text: string): Begun {
  const fields = new Fields(parseObject(text));
  return {
    link: parseLinkId(fields.text('link')),
    secret: fields.nullable('secret', () => fromBase64url(fields.text('secret'), 16)),
    submission: parseSubmissionId(fields.text('submission')),
    receipt: fromBase64url(fields.text('receipt'), 16),
    nextNumber: fields.integer('nextNumber'),
    proven: fields.flag('proven'),
  };
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
