/**
 * What this browser keeps of a link between two visits: the answers as far as they are written, and the
 * receipt of what was sent. Sealed under a key that can not be taken out of this browser. One entry a
 * link, by its fingerprint. Where a browser refuses to keep anything, it is as if nothing had been kept.
 */
import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import { fromUtf8, utf8 } from '../sealed/bytes.ts';
import type { Drafts } from './answers.ts';

export interface Delivered {
  /** Whole address of the receipt page. */
  readonly receipt: string;
  readonly received_at: number;
  readonly expires_at: number;
  readonly readers: string;
}

export interface Kept {
  readonly drafts: Drafts;
  readonly name: string;
  /** Files had been picked; they can not be kept themselves. */
  readonly picked: boolean;
  /** File questions that a file had been picked for. */
  readonly pickedFor?: readonly string[];
  readonly delivered: Delivered | null;
}

interface Schema extends DBSchema {
  key: { key: 'key'; value: CryptoKey };
  kept: { key: string; value: { iv: Uint8Array<ArrayBuffer>; sealed: ArrayBuffer } };
}

const NAME = 'dewdrop-sender';
let opened: Promise<IDBPDatabase<Schema>> | null = null;

export async function readKept(fingerprint: string): Promise<Kept | null> {
  try {
    const db = await database();
    const entry = await db.get('kept', fingerprint);
    if (!entry) return null;
    const algorithm = { name: 'AES-GCM', iv: entry.iv, additionalData: utf8(fingerprint) };
    const plain = await crypto.subtle.decrypt(algorithm, await sealingKey(db), entry.sealed);
    return JSON.parse(fromUtf8(new Uint8Array(plain))) as Kept;
  } catch {
    return null;
  }
}

/** Whether this browser keeps something of any link: only then can anything have been begun here. */
export async function keepsAny(): Promise<boolean> {
  try {
    return (await (await database()).count('kept')) > 0;
  } catch {
    return false;
  }
}

export async function writeKept(fingerprint: string, kept: Kept): Promise<void> {
  try {
    const db = await database();
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const algorithm = { name: 'AES-GCM', iv, additionalData: utf8(fingerprint) };
    const sealed = await crypto.subtle.encrypt(algorithm, await sealingKey(db), utf8(JSON.stringify(kept)));
    await db.put('kept', { iv, sealed }, fingerprint);
  } catch {
    // A private window or a full disk: the page goes on without a memory.
  }
}

export async function dropKept(fingerprint: string): Promise<void> {
  try {
    await (await database()).delete('kept', fingerprint);
  } catch {
    // Nothing could be kept, so there is nothing to drop.
  }
}

function database(): Promise<IDBPDatabase<Schema>> {
  opened ??= openDB<Schema>(NAME, 1, {
    upgrade(db) {
      db.createObjectStore('key');
      db.createObjectStore('kept');
    },
  });
  return opened;
}

async function sealingKey(db: IDBPDatabase<Schema>): Promise<CryptoKey> {
  const known = await db.get('key', 'key');
  if (known) return known;
  const made = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, [
    'encrypt',
    'decrypt',
  ]);
  // Two tabs may both have made one: the first that is stored is the one both use.
  const transaction = db.transaction('key', 'readwrite');
  const first = await transaction.store.get('key');
  if (!first) await transaction.store.put(made, 'key');
  await transaction.done;
  return first ?? made;
}
