/** What is said below what was written: whether it is kept, and who can read it. */
import { review as words } from '../../text/review.ts';
import type { Review } from './review.svelte.ts';

/** "" while there is nothing that could be kept. `isSent`: some of it is no longer the trainer's alone. */
export function keptWords(
  { keeping, isEmpty }: Pick<Review, 'keeping' | 'isEmpty'>,
  isSent: boolean,
): string {
  if (keeping !== 'kept') return words.keeping[keeping];
  if (isEmpty) return '';
  return isSent ? words.keeping.kept : `${words.keeping.kept} ${words.private}`;
}
