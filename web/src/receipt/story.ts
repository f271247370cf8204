/** What the server says of a delivery, as the few facts a person wants to know. Seconds and bytes. */
import type { ErasedBy, Receipt, ReplyState } from '../api/types.ts';
import { receipt as words } from '../text/receipt.ts';

export type Chapter = 'receiving' | 'arrived' | 'opened' | 'saved' | 'erasing' | 'erased';

export interface Story {
  readonly chapter: Chapter;
  /** 0 to 1: how much of it is there while it arrives. */
  readonly level: number;
  readonly received: number;
  /** 1 to 0: how much of its life is left. */
  readonly life: number;
  readonly received_at: number | null;
  readonly opened_at: number | null;
  /** When the last of the saved files was saved. */
  readonly saved_at: number | null;
  readonly saved: number;
  readonly files: number;
  readonly expires_at: number | null;
  readonly erased_at: number | null;
  readonly by: ErasedBy | null;
  readonly reply: ReplyState | null;
}

export function storyOf(receipt: Receipt, now: number): Story {
  const files = Object.values(receipt.files);
  const saved = files.flatMap(({ saved_at }) => (saved_at === null ? [] : [saved_at]));
  const size = files.reduce((sum, file) => sum + file.size, 0);
  const received = files.reduce((sum, file) => sum + file.offset, 0);
  const chapter = chapterOf(receipt, saved.length, now);
  return {
    chapter,
    level: chapter === 'receiving' ? (size > 0 ? received / size : 0) : 1,
    received,
    life: chapter === 'erasing' ? 0 : lifeOf(receipt, now),
    received_at: receipt.received_at,
    opened_at: receipt.opened_at,
    saved_at: receipt.saved_at,
    saved: saved.length,
    files: files.length,
    expires_at: receipt.expires_at,
    erased_at: receipt.erased_at,
    by: receipt.by,
    reply: receipt.reply,
  };
}

/**
 * Only the server says that it is erased. From its last second on nobody can open it, but until it is
 * swept it is still being erased; so is what has arrived and has no last second any more.
 */
function chapterOf(receipt: Receipt, saved: number, now: number): Chapter {
  if (receipt.state === 'erased') return 'erased';
  if (receipt.state === 'receiving') return 'receiving';
  if (receipt.expires_at === null || receipt.expires_at <= now) return 'erasing';
  if (saved > 0) return 'saved';
  return receipt.opened_at === null ? 'arrived' : 'opened';
}

function lifeOf({ received_at, expires_at }: Receipt, now: number): number {
  if (received_at === null || expires_at === null || expires_at <= received_at) return 1;
  return Math.min(1, Math.max(0, (expires_at - now) / (expires_at - received_at)));
}

/** What is read first. A reply that was opened and is the trainer's says more than that it was opened. */
export function headlineOf({ chapter }: Pick<Story, 'chapter'>, hasReply: boolean, reader: string): string {
  const ends = chapter === 'erasing' || chapter === 'erased';
  return hasReply && !ends ? words.headlineReplied(reader) : words.headline[chapter];
}

const FIRST = 3;
const LONGEST = 60;
/** An erasure that is under way ends soon. */
const ENDING = 10;

/** Seconds until the next look: often at first, then ever more seldom; `looks` since the page was seen. */
export function nextLook(looks: number, chapter: Chapter): number {
  if (chapter === 'receiving') return FIRST;
  return Math.min(chapter === 'erasing' ? ENDING : LONGEST, Math.round(FIRST * 1.5 ** looks));
}
