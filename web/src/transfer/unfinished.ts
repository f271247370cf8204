/** What this browser has begun to send and not finished; read by the page, no worker is needed for it. */
import { eraseReceipt } from '../api/sender.ts';
import { fromBase64url, toBase64url } from '../sealed/bytes.ts';
import { type LinkParts, receiptAuth } from '../sealed/link.ts';
import { freed, isTaken, whileAlone } from './alone.ts';
import { type Begun, type BegunFile, totalOf } from './begun.ts';
import { eraseStage } from './stage.ts';
import { browserStore, keptFingerprints } from './state.ts';
import { sweep } from './sweep.ts';

export { freed };

export interface Unfinished {
  readonly parts: LinkParts;
  readonly files: readonly Pick<BegunFile, 'name' | 'size' | 'type' | 'question'>[];
  /** Sealed bytes, as last acknowledged, of `total`. */
  readonly sent: number;
  readonly total: number;
  /** Seconds. */
  readonly begun_at: number;
  /**
   * continue: everything is here, no picking · pick: the files have to be picked again, a new key is used ·
   * elsewhere: another tab of this browser is sending it right now
   */
  readonly how: 'continue' | 'pick' | 'elsewhere';
}

/** Erased once in each visit of the page: what nothing goes on with. */
let swept: Promise<void> | null = null;

/** What was begun through this link; null when there is nothing to go on with. */
export async function unfinishedOf(parts: LinkParts): Promise<Unfinished | null> {
  const begun = await browserStore.read(parts);
  swept ??= sweep(Math.floor(Date.now() / 1000)).catch(() => undefined);
  return begun === null ? null : told(parts.fingerprint, begun);
}

/** For bare `/u` after a browser restart, the newest first. */
export async function allUnfinished(): Promise<readonly Unfinished[]> {
  const names = await keptFingerprints();
  // Folders may lie there of which nothing is remembered.
  swept ??= sweep(Math.floor(Date.now() / 1000)).catch(() => undefined);
  const found = await Promise.all(
    names.map((name) => unfinishedOf({ secret: new Uint8Array(0), fingerprint: fromBase64url(name, 16) })),
  );
  return found.flatMap((one) => one ?? []).sort((a, b) => b.begun_at - a.begun_at);
}

/**
 * Erases what is kept here and asks the server to erase what it has; the server forgets by itself what it
 * could not be asked. False, and nothing is erased, while another tab sends it.
 */
export function forgetUnfinished(parts: LinkParts): Promise<boolean> {
  return whileAlone(toBase64url(parts.fingerprint), async () => {
    const begun = await browserStore.read(parts);
    await browserStore.drop(parts);
    await eraseStage(toBase64url(parts.fingerprint)).catch(() => undefined);
    if (begun !== null && begun.secret !== null)
      await eraseReceipt(receiptAuth(begun.receipt)).catch(() => undefined);
  });
}

async function told(fingerprint: LinkParts['fingerprint'], begun: Begun): Promise<Unfinished | null> {
  const { secret, files, sent, begun_at } = begun;
  if (secret === null) return null;
  const parts = { secret, fingerprint };
  const how = (await isTaken(parts)) ? 'elsewhere' : begun.kept || begun.proven ? 'continue' : 'pick';
  return { parts, files, sent, total: totalOf(begun), begun_at, how };
}
