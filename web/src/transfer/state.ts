/**
 * What this browser remembers of a delivery that was begun, so that it goes on after a reload, without
 * picking once everything is kept (section 7). Never a file key. One entry a link, by its fingerprint.
 * Where nothing can be kept it is as if nothing had been begun.
 */
import { toBase64url } from '../sealed/bytes.ts';
import type { LinkParts } from '../sealed/link.ts';
import { type Begun, formatBegun, parseBegun } from './begun.ts';
import { Entries } from './entries.ts';

export type { Begun };

/** Keeps at most one delivery for each link. */
export interface BegunStore {
  read(parts: LinkParts): Promise<Begun | null>;
  /** `surely`: on the disk when it resolves, where the browser can promise that. False: nothing was kept. */
  write(parts: LinkParts, begun: Begun, surely: boolean): Promise<boolean>;
  drop(parts: LinkParts): Promise<void>;
}

const entries = new Entries('dewdrop-transfer', 'begun', 'begun ');

export const browserStore: BegunStore = {
  async read({ fingerprint }) {
    try {
      const text = await entries.read(toBase64url(fingerprint));
      return text === null ? null : parseBegun(text);
    } catch {
      return null;
    }
  },

  async write({ fingerprint }, begun, surely) {
    try {
      await entries.write(toBase64url(fingerprint), formatBegun(begun), surely);
      return true;
    } catch {
      // A private window or a full disk: the delivery goes on, a reload begins a new one.
      return false;
    }
  },

  async drop({ fingerprint }) {
    try {
      await entries.drop(toBase64url(fingerprint));
    } catch {
      // Nothing could be kept, so there is nothing to drop.
    }
  },
};

/** Fingerprints, as in names, of all that was begun. */
export async function keptFingerprints(): Promise<readonly string[]> {
  try {
    return await entries.names();
  } catch {
    return [];
  }
}
