/**
 * The link that this page was opened with. It is kept in sessionStorage first (phones discard tabs while
 * the camera is open), and only then taken out of the address bar; a reload goes on from there.
 */
import { LinkError } from '../sealed/errors.ts';
import { formatFragment, type LinkParts, parseLink } from '../sealed/link.ts';
import { insideOf } from './inside.ts';

const KEY = 'dewdrop.link';

export interface Place {
  /** The whole address, as it stands in the bar. */
  readonly href: string;
  readonly storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> | null;
  /** The address is left as it is: inside another app it is what "open in the browser" takes along. */
  readonly stays: boolean;
  /** Takes everything behind `/u` out of the address bar. */
  clean(): void;
}

export function browserPlace(): Place {
  return {
    href: location.href,
    storage: storageOrNull(),
    stays: insideOf(navigator.userAgent) !== null,
    clean: () => history.replaceState(history.state, '', '/u'),
  };
}

/**
 * The link in the address, repaired where a gateway wrote `%23` for `#`, else the one kept before.
 * Throws LinkError; a link that can not be read stays in the bar, where its owner can compare it.
 */
export function arrivedWith(place: Place): LinkParts {
  if (/#.|%(25)*23/i.test(place.href)) {
    const parts = parseLink(place.href);
    if (keep(place, formatFragment(parts)) && !place.stays) place.clean();
    return parts;
  }
  const kept = read(place);
  if (kept === null) throw new LinkError('missing');
  return parseLink(kept);
}

/** A link that was begun here is the one that a reload goes on with. */
export function adopt(place: Place, parts: LinkParts): void {
  keep(place, formatFragment(parts));
}

/** The link has served: nothing of it stays in this tab. */
export function forget(place: Place): void {
  place.storage?.removeItem(KEY);
  if (/#|%(25)*23/i.test(place.href)) place.clean();
}

/** Without a storage the address bar is the only place left to keep the link in. */
function keep(place: Place, fragment: string): boolean {
  try {
    place.storage?.setItem(KEY, fragment);
    return read(place) === fragment;
  } catch {
    return false;
  }
}

function read(place: Place): string | null {
  try {
    return place.storage?.getItem(KEY) ?? null;
  } catch {
    return null;
  }
}

function storageOrNull(): Storage | null {
  try {
    return globalThis.sessionStorage;
  } catch {
    return null;
  }
}
