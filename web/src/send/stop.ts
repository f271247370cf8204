/** Why it can not go on, from whatever was thrown; `text/stops.ts` has the words for each kind. */
import { Problem } from '../api/problem.ts';
import { InvitationError, LinkError, MalformedError } from '../sealed/errors.ts';
import { SendingError, type SendingReason } from '../transfer/sending.ts';

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
  | 'erased'
  | 'insecure'
  | 'old-browser'
  | 'offline'
  | 'server'
  | 'disk-full'
  | 'too-large'
  | 'link-busy'
  | 'file-unreadable'
  | 'file-changed'
  | 'refused';

export interface Stop {
  readonly kind: StopKind;
  /** Seconds; since when the link has been so. */
  readonly at: number | null;
  /** Index of the file that it is about. */
  readonly file: number | null;
}

/** What the person can do about it here; `invited` once the invitation was open. */
export type WayOut = 'retry' | 'pick' | 'check' | 'receipt' | 'paste' | 'elsewhere' | 'none';

const stop = (kind: StopKind, at: number | null = null, file: number | null = null): Stop => ({
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

/** Why sending ended without a delivery; null when the person ended it. */
export function stopOfSending(error: unknown, online: boolean): Stop | null {
  if (!(error instanceof SendingError)) return stop(online ? 'refused' : 'offline');
  const ended = endedKind(error.reason);
  if (ended) return stop(ended === 'spent' ? 'spent-meanwhile' : ended, error.at);
  const kind = SENDING[error.reason as Exclude<SendingReason, Ended>];
  return kind === null ? null : stop(kind, error.at, error.file);
}

export function wayOut(kind: StopKind, invited: boolean): WayOut {
  switch (kind) {
    case 'offline':
    case 'server':
      return invited ? 'check' : 'retry';
    case 'disk-full':
    case 'link-busy':
    case 'refused':
      return 'check';
    case 'too-large':
    case 'file-unreadable':
    case 'file-changed':
      return 'pick';
    case 'spent-here':
      return 'receipt';
    case 'missing':
    case 'cut-off':
    case 'malformed':
      return 'paste';
    case 'old-browser':
      return 'elsewhere';
    case 'wrong-fingerprint':
    case 'altered':
    case 'limits-differ':
    case 'unknown':
    case 'expired':
    case 'closed':
    case 'spent':
    case 'spent-meanwhile':
    case 'erased':
    case 'insecure':
      return 'none';
  }
}

/** The link will never take anything again. */
export function isOver(kind: StopKind): boolean {
  return kind === 'expired' || kind === 'closed' || kind === 'spent' || kind === 'erased';
}

/** Somebody may be tampering: drawn as a danger, not as a mishap. */
export function isGrave(kind: StopKind): boolean {
  return kind === 'wrong-fingerprint' || kind === 'altered' || kind === 'limits-differ';
}

type Ended = 'link-spent' | 'link-closed' | 'link-expired' | 'link-erased' | 'not-available';

function endedKind(type: string): StopKind | null {
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

const SENDING: Readonly<Record<Exclude<SendingReason, Ended>, StopKind | null>> = {
  'too-large': 'too-large',
  'too-many-files': 'too-large',
  'disk-full': 'disk-full',
  'link-busy': 'link-busy',
  'file-unreadable': 'file-unreadable',
  'file-changed': 'file-changed',
  'no-worker': 'old-browser',
  elsewhere: 'refused',
  'not-kept': 'file-unreadable',
  'too-late': 'refused',
  refused: 'refused',
  cancelled: null,
};
