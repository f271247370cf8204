/** What this browser began to send: its screens, and what became of it. Fetched only where something was kept. */
import { getReceipt } from '../api/sender.ts';
import { formatReceipt, type LinkParts, receiptAuth } from '../sealed/link.ts';
import { browserStore } from '../transfer/state.ts';
import type { Delivered } from './kept.ts';

export { allUnfinished, forgetUnfinished, freed, unfinishedOf } from '../transfer/unfinished.ts';
export { default as BegunList } from './BegunList.svelte';
export { default as Continue } from './Continue.svelte';

/**
 * Whether a spent link was spent by this browser, where the answer to the commit never came: the receipt
 * of the delivery that was begun here tells.
 */
export async function deliveredBy(parts: LinkParts): Promise<Delivered | null> {
  const begun = await browserStore.read(parts);
  if (!begun) return null;
  try {
    const { received_at, expires_at } = await getReceipt(receiptAuth(begun.receipt));
    if (received_at === null) return null;
    const receipt = formatReceipt(location.origin, { secret: begun.receipt, fingerprint: parts.fingerprint });
    return { receipt, received_at, expires_at: expires_at ?? received_at, readers: '' };
  } catch {
    // Not reachable, or forgotten: then it is not known, and nothing is claimed.
    return null;
  }
}
