/** What is worth saying about a file before it is sent, from what was found in it. Nothing here keeps it from being sent. */
import type { Findings } from '../media/inspect.ts';

/**
 * hevc: some desks can not play it · long: longer than asked for, in seconds · place: it says where it was
 * made · part: it says so in a place that can not be blanked
 */
export type Note =
  | { readonly kind: 'hevc' }
  | { readonly kind: 'long'; readonly seconds: number; readonly most: number }
  | { readonly kind: 'place'; readonly removed: boolean; readonly whole: boolean };

/** `most`: seconds that were asked for at most. */
export function notesOf(
  { hevc, seconds, location }: Findings,
  most: number | undefined,
  keepsPlace: boolean,
): Note[] {
  const notes: Note[] = [];
  if (location) notes.push({ kind: 'place', removed: !keepsPlace, whole: location.whole });
  // Phones do not stop on the second.
  if (most !== undefined && seconds !== null && Math.floor(seconds) > most) {
    notes.push({ kind: 'long', seconds, most });
  }
  if (hevc) notes.push({ kind: 'hevc' });
  return notes;
}
