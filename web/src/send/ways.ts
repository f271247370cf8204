/** What can be done where it can not go on, and how grave that is. */
import { isOver, type StopKind } from './stop.ts';

/** What the person can do about it here. `look`: nothing but to read, or take along, what was answered. */
export type WayOut =
  'retry' | 'pick' | 'check' | 'anew' | 'look' | 'receipt' | 'paste' | 'elsewhere' | 'none';

/** `invited`: the invitation is open on this page, so that there is a check to go back to. */
export function wayOut(kind: StopKind, invited: boolean): WayOut {
  switch (kind) {
    case 'offline':
    case 'server':
      return invited ? 'check' : 'retry';
    case 'disk-full':
    case 'link-busy':
    case 'refused':
      return invited ? 'check' : 'retry';
    case 'too-large':
    case 'file-unreadable':
    case 'file-changed':
    case 'not-kept':
    case 'lapsed':
      return invited ? 'pick' : 'retry';
    case 'taken-back':
      return invited ? 'anew' : 'none';
    case 'spent-meanwhile':
    case 'closed-meanwhile':
    case 'expired-meanwhile':
    case 'erased-meanwhile':
      return invited ? 'look' : 'none';
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
    case 'erased':
    case 'insecure':
      return 'none';
  }
}

/** What was sent, or was to be, is nowhere any more: the drop evaporates. */
export function isGone(kind: StopKind): boolean {
  return isOver(kind) || kind.endsWith('-meanwhile') || ['unknown', 'lapsed', 'taken-back'].includes(kind);
}

/** Somebody may be tampering: drawn as a danger, not as a mishap. */
export function isGrave(kind: StopKind): boolean {
  return kind === 'wrong-fingerprint' || kind === 'altered' || kind === 'limits-differ';
}
