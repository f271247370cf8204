/**
 * What this browser keeps of a link between two visits: the answers as far as they are written, and the
 * receipt of what was sent. One entry a link, by its fingerprint. Where a browser refuses to keep anything,
 * it is as if nothing had been kept.
 */
import { Entries } from '../transfer/entries.ts';
import type { Drafts } from './answers.ts';

export interface Delivered {
  /** Whole address of the receipt page. */
  readonly receipt: string;
  readonly received_at: number;
  readonly expires_at: number;
  readonly readers: string;
  /** The only one who can open it; "" or missing where there are several, or none is named. */
  readonly reader?: string;
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

const entries = new Entries('dewdrop-sender', 'kept', '');

export async function readKept(fingerprint: string): Promise<Kept | null> {
  try {
    const text = await entries.read(fingerprint);
    return text === null ? null : (JSON.parse(text) as Kept);
  } catch {
    return null;
  }
}

/** Whether this browser keeps something of any link: only then can anything have been begun here. */
export async function keepsAny(): Promise<boolean> {
  try {
    return (await entries.names()).length > 0;
  } catch {
    return false;
  }
}

export async function writeKept(fingerprint: string, kept: Kept): Promise<void> {
  try {
    await entries.write(fingerprint, JSON.stringify(kept), false);
  } catch {
    // A private window or a full disk: the page goes on without a memory.
  }
}

export async function dropKept(fingerprint: string): Promise<void> {
  try {
    await entries.drop(fingerprint);
  } catch {
    // Nothing could be kept, so there is nothing to drop.
  }
}
