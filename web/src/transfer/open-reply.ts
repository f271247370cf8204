/** A reply, fetched and opened by whoever holds the receipt. Nothing of it leaves here before every check passed. */
import { Problem } from '../api/problem.ts';
import type { getReply } from '../api/sender.ts';
import { SealedError } from '../sealed/errors.ts';
import { receiptAuth } from '../sealed/link.ts';
import { replyIdentity } from '../sealed/receipt.ts';
import { openReply } from '../sealed/reply.ts';
import { shownReview } from './desk/reviews.ts';
import type { ReplyAnswer, WantedReply } from './reply-messages.ts';

export async function fetchReply(
  { receipt, submission }: WantedReply,
  api: { readonly getReply: typeof getReply },
): Promise<ReplyAnswer> {
  try {
    const sealed = await api.getReply(receiptAuth(receipt.secret));
    const own = replyIdentity(receipt.secret);
    const review = await openReply(sealed, submission, own, receipt.fingerprint);
    return { kind: 'reply', reply: shownReview(review) };
  } catch (error) {
    if (error instanceof SealedError) return { kind: 'refused' };
    if (!(error instanceof Problem)) throw error;
    const gone = error.status === 404 || error.status === 410;
    return { kind: gone ? 'missing' : 'unreachable' };
  }
}
