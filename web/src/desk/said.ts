/** Rows in words: what came, what is kept, how long it lives, what a link is doing. */
import { desk as words } from '../text/en.ts';
import { sizeWords } from '../ui/sizes.ts';
import { moment, remaining } from '../ui/when.ts';
import { contentsOf, type FileFacts, keptOf, type Received, stateOf, type Waiting } from './lists.ts';
import type { Standing } from './wishes.svelte.ts';

/** `2 videos, 12 answers, 182 MB`. */
export function cameWords(row: Received): string {
  if (!row.known) return row.count > 0 ? words.lists.files(row.count) : words.lists.unopened;
  const { videos, photos, others, bytes } = contentsOf(row.files);
  const parts = [
    videos > 0 ? words.lists.videos(videos) : '',
    photos > 0 ? words.lists.photos(photos) : '',
    others > 0 ? words.lists.files(others) : '',
    row.answers > 0 ? words.lists.answers(row.answers) : '',
    row.files.length > 0 ? sizeWords(bytes) : '',
  ].filter(Boolean);
  return parts.length > 0 ? parts.join(', ') : words.lists.nothingInside;
}

export function keptWords(row: Received): string {
  const kept = keptOf(row);
  if (kept !== 'partly') return words.lists.kept[kept];
  return words.lists.kept.partly(row.saved, row.count);
}

export function standingWords(standing: Standing): string {
  const stands = words.lists.standing;
  return standing.is === 'failed' ? stands.failed : stands[standing.is](standing.percent);
}

/** What the one button for everything does, by its words; null where there is nothing for it to do. */
export function savesWhat(
  files: readonly FileFacts[],
  isLost: (n: number) => boolean,
): 'save' | 'saveAll' | 'saveAllAgain' | null {
  const had = files.filter(({ n }) => !isLost(n));
  const unsaved = had.some(({ savedAt }) => savedAt === null);
  if (files.length <= 1) return unsaved ? 'save' : null;
  if (unsaved) return 'saveAll';
  // The zip holds the answers too: it can be had again.
  return had.length > 0 ? 'saveAllAgain' : null;
}

export function leftWords(row: Received, now: number): string {
  return words.lists.left(remaining(row.expiresAt - now));
}

export function waitingWords(link: Waiting, now: number): string {
  const state = stateOf(link, now);
  switch (state.is) {
    case 'open':
      return words.waiting.open(remaining(link.closesAt - now));
    case 'sending':
      return state.senders > 1
        ? words.waiting.sendingMany(state.percent, state.senders)
        : words.waiting.sending(state.percent);
    case 'spent':
      return words.waiting.spent;
    case 'closed':
    case 'expired':
      return words.waiting[state.is](moment(state.at ?? link.closesAt, now));
  }
}
