/** Why it can not go on, from whatever was thrown; `text/stops.ts` has the words for each kind. */
import { Problem } from '../api/problem.ts';
import { InvitationError, LinkError, MalformedError } from '../sealed/errors.ts';
import type { Unfinished } from '../transfer/unfinished.ts';

export type StopKind =
  | 'missing'
  | 'cut-off'
  | 'malformed'
  | 'wrong-fingerprint'
  | 'altered'
  | 'limits-differ'
  | 'unknown'
  | 'expired'
  | 'closed'
  | 'spent'
  | 'spent-here'
  | 'spent-meanwhile'
  | 'closed-meanwhile'
  | 'expired-meanwhile'
  | 'erased'
  | 'erased-meanwhile'
  | 'lapsed'
  | 'taken-back'
  | 'insecure'
  | 'old-browser'
  | 'offline'
  | 'server'
  | 'disk-full'
  | 'too-large'
  | 'link-busy'
  | 'file-unreadable'
  | 'file-changed'
  | 'not-kept'
  | 'refused';

export interface Stop {
  readonly kind: StopKind;
  /** Seconds; since when the link has been so. */
  readonly at: number | null;
  /** Index of the file that it is about. */
  readonly file: number | null;
}

export const stop = (kind: StopKind, at: number | null = null, file: number | null = null): Stop => ({
  kind,
  at,
  file,
});

/** Why the invitation is not shown. */
export function stopOf(error: unknown, online: boolean): Stop {
  if (error instanceof LinkError) return stop(error.reason);
  if (error instanceof InvitationError)
    return stop(error.reason === 'limits-differ' ? 'limits-differ' : 'altered');
  if (error instanceof MalformedError) return stop('altered');
  if (error instanceof Problem) {
    const ended = endedKind(error.type);
    if (ended) return stop(ended, error.at);
    return stop(!online && error.type === 'unreachable' ? 'offline' : 'server');
  }
  throw error;
}

/** The end of a link as it is said to someone who had begun to send through it. */
export function meanwhile({ kind, ...rest }: Stop): Stop {
  switch (kind) {
    case 'spent':
    case 'closed':
    case 'expired':
    case 'erased':
      return { kind: `${kind}-meanwhile`, ...rest };
    default:
      return { kind, ...rest };
  }
}

/** Whether what was begun can be gone on with, although the invitation is not to be had. */
export function lets(how: Unfinished['how'], kind: StopKind): boolean {
  return how !== 'pick' && (kind === 'offline' || kind === 'server' || kind === 'expired');
}

/** The link will never take anything again. */
export function isOver(kind: StopKind): boolean {
  return kind === 'expired' || kind === 'closed' || kind === 'spent' || kind === 'erased';
}

export type Ended = 'link-spent' | 'link-closed' | 'link-expired' | 'link-erased' | 'not-available';

/** How a link ended, from the name of a problem or a reason; null for everything else. */
export function endedKind(type: string): StopKind | null {
  switch (type) {
    case 'link-spent':
      return 'spent';
    case 'link-closed':
      return 'closed';
    case 'link-expired':
      return 'expired';
    case 'link-erased':
      return 'erased';
    case 'not-available':
      return 'unknown';
    default:
      return null;
  }
}
