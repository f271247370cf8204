/**
 * Browsers inside other apps, by what they call themselves. They forget pages, hide the address and often
 * refuse the camera or a large file; sending works in many of them, and the way out is always offered.
 */
import { formatFragment, type LinkParts } from '../sealed/link.ts';

export interface Inside {
  /** As people know it; "" for one that does not say. */
  readonly app: string;
  readonly system: 'android' | 'ios' | 'other';
}

/** The first that fits: Instagram's name stands beside Facebook's, and everyone's beside Chrome's. */
const APPS: readonly (readonly [RegExp, string])[] = [
  [/Instagram/, 'Instagram'],
  [/\bMessenger|FBAN\/Orca/, 'Messenger'],
  [/FBAN|FBAV|FB_IAB|FBIOS/, 'Facebook'],
  [/WhatsApp/, 'WhatsApp'],
  [/TikTok|musical_ly|BytedanceWebview|trill_/i, 'TikTok'],
  [/LinkedInApp/, 'LinkedIn'],
  [/Snapchat/, 'Snapchat'],
  [/MicroMessenger/, 'WeChat'],
  [/\bLine\/\d/, 'LINE'],
  [/Telegram/, 'Telegram'],
  [/Twitter/, 'X'],
  [/Pinterest/, 'Pinterest'],
  [/\bGSA\//, 'Google'],
];

/** Null in a browser of its own. */
export function insideOf(userAgent: string): Inside | null {
  const system = /Android/.test(userAgent) ? 'android' : /iPhone|iPad|iPod/.test(userAgent) ? 'ios' : 'other';
  const app = APPS.find(([mark]) => mark.test(userAgent))?.[1];
  if (app !== undefined) return { app, system };
  // Every browser on these phones says Safari or Chrome last; a bare view of the system does not, or says wv.
  const bare =
    (system === 'android' && /; wv\)/.test(userAgent)) ||
    (system === 'ios' && /AppleWebKit/.test(userAgent) && !/Safari\//.test(userAgent));
  return bare ? { app: '', system } : null;
}

/**
 * An address that Android opens in the phone's own browser, whichever that is. The link's own fragment
 * stays whole: what Android reads begins at the last `#`.
 */
export function intentTo(place: Pick<Location, 'protocol' | 'host'>, parts: LinkParts): string {
  const scheme = place.protocol.replace(':', '');
  const how = 'action=android.intent.action.VIEW;category=android.intent.category.BROWSABLE';
  return `intent://${place.host}/u#${formatFragment(parts)}#Intent;scheme=${scheme};${how};end`;
}
