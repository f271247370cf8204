// The two lists of the desk: in which order, and what each row says about time and state. Pure: `now`
// is an argument, words are made by the page.

import type { Because } from './failure.ts';

export interface FileFacts {
  n: number;
  name: string;
  /** Plaintext bytes. */
  size: number;
  /** As the sender stated it; only good for counting. */
  type: string;
  /** Id of the question it answers. */
  question: string | null;
  savedAt: number | null;
}

/** A submission whose card and manifest were opened, or one that was refused. */
export interface Received {
  id: string;
  link: string;
  label: string;
  receivedAt: number;
  expiresAt: number;
  openedAt: number | null;
  /** Which version of the trainer's notes the server has; null for none. */
  notesVersion: number | null;
  /** When the reply was sent that the sender can read now. */
  repliedAt: number | null;
  /** When the sender erased the reply. */
  replyErasedAt: number | null;
  files: FileFacts[];
  /** How many files the server has; known before they have names. */
  count: number;
  /** How many of them were saved. */
  saved: number;
  answers: number;
  refused: Because | null;
  asked: boolean;
  /** Whether it was opened, or refused; until then there are no names. */
  known: boolean;
}

export type Kept = 'saved' | 'partly' | 'unsaved' | 'read' | 'unread';

/** Answers alone can not be saved as a file; for them it counts whether they were read. */
export function keptOf(received: Pick<Received, 'saved' | 'count' | 'openedAt'>): Kept {
  if (received.count === 0) return received.openedAt === null ? 'unread' : 'read';
  if (received.saved >= received.count) return 'saved';
  return received.saved > 0 ? 'partly' : 'unsaved';
}

export function isAtRisk(received: Pick<Received, 'saved' | 'count' | 'openedAt' | 'refused'>): boolean {
  const kept = keptOf(received);
  return received.refused === null && kept !== 'saved' && kept !== 'read';
}

/** Nobody has looked at it yet. */
export function isNew(received: Pick<Received, 'openedAt' | 'refused' | 'asked'>): boolean {
  return received.openedAt === null && received.refused === null && !received.asked;
}

/**
 * What is about to go unsaved comes first, then what is new, latest first; then all else that is not saved,
 * by its end; what is safe follows, latest first.
 */
export function inOrder(list: readonly Received[], now: number): Received[] {
  const rank = (row: Received): number => {
    if (row.asked) return 3;
    if (isUrgent(row, now)) return 0;
    if (isNew(row)) return 1;
    return isAtRisk(row) ? 2 : 3;
  };
  return list
    .filter((received) => received.expiresAt > now)
    .map((row) => ({ row, at: rank(row) }))
    .sort((a, b) => {
      if (a.at !== b.at) return a.at - b.at;
      const byEnd = a.at === 0 || a.at === 2;
      const byTime = byEnd ? a.row.expiresAt - b.row.expiresAt : b.row.receivedAt - a.row.receivedAt;
      return byTime !== 0 ? byTime : a.row.id < b.row.id ? -1 : 1;
    })
    .map(({ row }) => row);
}

/** What wants a look: new, or about to go unsaved. */
export function wantsLook(list: readonly Received[], now: number): number {
  return list.filter((row) => row.expiresAt > now && (isNew(row) || isUrgent(row, now))).length;
}

/** How much of its life is left, 1 to 0: the drop on its row thins with it. */
export function lifeLeft(from: number, until: number, now: number): number {
  if (until <= from) return 0;
  return Math.min(1, Math.max(0, (until - now) / (until - from)));
}

/** Coral: not saved, and less than a day is left; of a short life, the last quarter. */
export function isUrgent(received: Received, now: number): boolean {
  if (received.asked || !isAtRisk(received)) return false;
  const left = received.expiresAt - now;
  const whole = received.expiresAt - received.receivedAt;
  return left <= Math.min(24 * 3600, whole / 4);
}

/** A link that was made and is still named by the server. */
export interface Waiting {
  id: string;
  label: string;
  template: string;
  state: 'open' | 'spent' | 'closed' | 'expired';
  url: string | null;
  createdAt: number;
  closesAt: number;
  endedAt: number | null;
  uses: number;
  usesLeft: number;
  retention: number;
  receiving: { submission: string; received: number; size: number }[];
  refused: string | null;
}

export type WaitingState =
  | { is: 'open' }
  | { is: 'sending'; percent: number; senders: number }
  | { is: 'spent' | 'closed' | 'expired'; at: number | null };

export function stateOf(link: Waiting, now: number): WaitingState {
  const active = link.receiving.filter((part) => part.size > 0);
  if (active.length > 0 && (link.state === 'open' || link.state === 'expired')) {
    const size = active.reduce((sum, part) => sum + part.size, 0);
    const received = active.reduce((sum, part) => sum + Math.min(part.received, part.size), 0);
    return { is: 'sending', percent: Math.floor((100 * received) / size), senders: active.length };
  }
  if (link.state === 'open') {
    return now < link.closesAt ? { is: 'open' } : { is: 'expired', at: link.closesAt };
  }
  return { is: link.state, at: link.endedAt };
}

/** Sending first, then open by what closes next, then what has ended, latest first. */
export function waitingInOrder(list: readonly Waiting[], now: number): Waiting[] {
  const rank = { sending: 0, open: 1, spent: 2, closed: 2, expired: 2 } as const;
  return [...list].sort((a, b) => {
    const [first, second] = [stateOf(a, now), stateOf(b, now)];
    if (rank[first.is] !== rank[second.is]) return rank[first.is] - rank[second.is];
    const byTime =
      rank[first.is] === 2 ? (b.endedAt ?? b.closesAt) - (a.endedAt ?? a.closesAt) : a.closesAt - b.closesAt;
    return byTime !== 0 ? byTime : a.id < b.id ? -1 : 1;
  });
}

/** What came, by the types that were stated: `2 videos, 12 answers`. */
export interface Contents {
  videos: number;
  photos: number;
  others: number;
  bytes: number;
}

export function contentsOf(files: readonly FileFacts[]): Contents {
  const of = (kind: string): number => files.filter((file) => file.type.startsWith(kind)).length;
  const [videos, photos] = [of('video/'), of('image/')];
  const bytes = files.reduce((sum, file) => sum + file.size, 0);
  return { videos, photos, others: files.length - videos - photos, bytes };
}
