/**
 * Erases what this browser kept and nothing goes on with: folders that no entry names as whole, entries of
 * another shape, and deliveries that the server no longer has. Always under the lock of their link, so that
 * no tab is using them. A clock may have jumped by years: what is old is only asked for, and erased when the
 * server says that it is gone; a browser without this page's server does not come here.
 */
import { getReceipt } from '../api/sender.ts';
import { Problem } from '../api/problem.ts';
import { fromBase64url } from '../sealed/bytes.ts';
import { receiptAuth } from '../sealed/link.ts';
import { whileAlone } from './alone.ts';
import type { Begun } from './begun.ts';
import { eraseStage, stagedFingerprints } from './stage.ts';
import { browserStore, keptFingerprints } from './state.ts';

const DAY = 24 * 60 * 60;
/** Seconds after which the server is asked whether it still has it. */
const ASK_AFTER = 7 * DAY;

export interface SweepPorts {
  /** Fingerprints as in names. */
  entries(): Promise<readonly string[]>;
  folders(): Promise<readonly string[]>;
  read(fingerprint: string): Promise<Begun | null>;
  drop(fingerprint: string): Promise<void>;
  eraseFolder(fingerprint: string): Promise<void>;
  /** Throws Problem. */
  receipt(begun: Begun): Promise<unknown>;
  /** Does nothing while a tab sends what belongs to it. */
  whileAlone(fingerprint: string, work: () => Promise<void>): Promise<unknown>;
}

/** `now` in seconds. */
export async function sweep(now: number, ports: SweepPorts = browserPorts): Promise<void> {
  const names = new Set([...(await ports.entries()), ...(await ports.folders())]);
  for (const name of names) {
    // What could not be swept is swept the next time.
    await sweepOne(name, now, ports).catch(() => undefined);
  }
}

async function sweepOne(name: string, now: number, ports: SweepPorts): Promise<void> {
  // Asked before the lock is taken: nobody waits for a network here.
  const before = await ports.read(name);
  const over = before !== null && (await isOver(before, now, ports));
  await ports.whileAlone(name, async () => {
    const begun = await ports.read(name);
    if (begun === null || (over && begun.submission === before?.submission)) {
      await ports.drop(name);
      await ports.eraseFolder(name);
    } else if (!begun.kept) {
      await ports.eraseFolder(name);
    }
  });
}

async function isOver(begun: Begun, now: number, ports: SweepPorts): Promise<boolean> {
  if (now - begun.begun_at < ASK_AFTER) return false;
  try {
    await ports.receipt(begun);
    return false;
  } catch (error) {
    return error instanceof Problem && (error.type === 'erased' || error.type === 'not-available');
  }
}

const partsOf = (name: string) => ({ secret: new Uint8Array(0), fingerprint: fromBase64url(name, 16) });

const browserPorts: SweepPorts = {
  entries: keptFingerprints,
  folders: stagedFingerprints,
  read: (name) => browserStore.read(partsOf(name)),
  drop: (name) => browserStore.drop(partsOf(name)),
  eraseFolder: eraseStage,
  receipt: (begun) => getReceipt(receiptAuth(begun.receipt)),
  whileAlone,
};
