/**
 * What may be said about closing the page while something is sent. From `safe` on it goes on later without
 * picking; where nothing is kept, nothing of the kind is promised.
 *
 * yet: it is being kept, not all of it · safe · open: nothing can be kept here · lost: the room that it was
 * kept in was taken away
 */
export type Keeping = 'yet' | 'safe' | 'open' | 'lost';

export interface KeptSoFar {
  readonly safe: boolean;
  /** Sealed bytes that will be kept, and those with the server. Where bytes are kept, none leaves before it counts. */
  readonly kept: number;
  readonly sent: number;
  /** Some were written to this device at some time. */
  readonly ever: boolean;
}

export function keepingOf({ safe, kept, sent, ever }: KeptSoFar): Keeping {
  if (safe) return 'safe';
  if (kept > 0 || sent === 0) return 'yet';
  return ever ? 'lost' : 'open';
}
