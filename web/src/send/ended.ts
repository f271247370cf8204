/** Why sending ended without a delivery: what was thrown, asked about where it says too little, as a stop. */
import { Problem } from '../api/problem.ts';
import { getLink } from '../api/sender.ts';
import { linkAuth, type LinkParts } from '../sealed/link.ts';
import { SendingError, type SendingReason } from '../transfer/sending.ts';
import { type Ended, endedKind, meanwhile, type Stop, stop, type StopKind } from './stop.ts';

/** What was begun before was erased by the server for standing still; the link itself is open. */
export class Lapsed extends Error {}

/** `not-available`: erased in the middle of a request, which then finds nothing any more. */
const GONE: readonly SendingReason[] = ['link-erased', 'not-available'];

/** What was begun is erased when its link ends: the link says why. Where it is open, it stood still too long. */
export async function whyEnded(
  error: unknown,
  parts: LinkParts,
  ask: typeof getLink = getLink,
): Promise<unknown> {
  if (!(error instanceof SendingError) || !GONE.includes(error.reason)) return error;
  try {
    await ask(linkAuth(parts.secret));
    return new Lapsed();
  } catch (told) {
    if (!(told instanceof Problem)) return error;
    switch (told.type) {
      case 'link-spent':
      case 'link-closed':
      case 'link-expired':
        return new SendingError(told.type, { at: told.at, cause: error });
      default:
        return error;
    }
  }
}

/** Why sending ended without a delivery; null when the person ended it. */
export function stopOfSending(error: unknown, online: boolean): Stop | null {
  if (error instanceof Lapsed) return stop('lapsed');
  if (!(error instanceof SendingError)) return stop(online ? 'refused' : 'offline');
  const ended = endedKind(error.reason);
  if (ended) return meanwhile(stop(ended, error.at));
  const kind = SENDING[error.reason as Exclude<SendingReason, Ended>];
  return kind === null ? null : stop(kind, error.at, error.file);
}

const SENDING: Readonly<Record<Exclude<SendingReason, Ended>, StopKind | null>> = {
  'too-large': 'too-large',
  'too-many-files': 'too-large',
  'disk-full': 'disk-full',
  'link-busy': 'link-busy',
  'file-unreadable': 'file-unreadable',
  'file-changed': 'file-changed',
  'not-kept': 'not-kept',
  'no-worker': 'old-browser',
  // Both are answered before it comes to a stop.
  elsewhere: 'refused',
  'too-late': 'refused',
  refused: 'refused',
  cancelled: null,
};
