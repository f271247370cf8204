/** What this browser began to send through a link that is over by now. */
import { getReceipt } from '../api/sender.ts';
import { formatReceipt, type LinkParts, receiptAuth } from '../sealed/link.ts';
import { browserStore } from '../transfer/state.ts';
import type { Delivered } from './kept.ts';

export const forgetBegun = (parts: LinkParts): Promise<void> => browserStore.drop(parts);

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
