import { describe, expect, it } from 'vitest';
import {
  contentsOf,
  inOrder,
  isNew,
  isUrgent,
  keptOf,
  lifeLeft,
  stateOf,
  waitingInOrder,
  wantsLook,
  type Received,
  type Waiting,
} from './lists.ts';

const HOUR = 3600;
const NOW = 1_000_000;
const film = (savedAt: number | null, type = 'video/mp4') => ({
  n: 0,
  name: 'film.mp4',
  size: 9,
  type,
  question: null,
  savedAt,
});
const received = (id: string, over: Partial<Received> = {}): Received => ({
  id,
  link: 'l',
  label: id,
  receivedAt: NOW - HOUR,
  notesVersion: null,
  repliedAt: null,
  replyErasedAt: null,
  expiresAt: NOW + 24 * HOUR,
  openedAt: null,
  files: [film(null)],
  count: 1,
  saved: 0,
  answers: 0,
  refused: null,
  asked: false,
  known: true,
  ...over,
});
const ids = (list: readonly { id: string }[]): string => list.map((row) => row.id).join(' ');

describe('the received list', () => {
  it('puts first what is about to go unsaved, then what is new, then what is not saved, then what is safe', () => {
    const seen = { openedAt: NOW };
    const list = [
      received('safe-old', { ...seen, saved: 1, receivedAt: NOW - 9 * HOUR }),
      received('later', { ...seen, expiresAt: NOW + 99 * HOUR }),
      received('soon', { ...seen, expiresAt: NOW + 90 * HOUR }),
      received('new', { expiresAt: NOW + 160 * HOUR }),
      received('newest', { expiresAt: NOW + 166 * HOUR, receivedAt: NOW - 9 }),
      received('urgent', { ...seen, receivedAt: NOW - 99 * HOUR, expiresAt: NOW + HOUR }),
      received('most-urgent', { receivedAt: NOW - 99 * HOUR, expiresAt: NOW + 9 }),
      received('safe-new', { ...seen, saved: 1, expiresAt: NOW + 5 }),
    ];
    expect(ids(inOrder(list, NOW))).toBe('most-urgent urgent newest new soon later safe-new safe-old');
    expect(wantsLook(list, NOW)).toBe(4);
  });

  it('shows nothing whose time has come, at that very second', () => {
    const list = [received('a', { expiresAt: NOW }), received('b', { expiresAt: NOW + 1 })];
    expect(ids(inOrder(list, NOW))).toBe('b');
  });

  it('counts neither what was asked to be erased nor what was refused', () => {
    const gone = [received('a', { asked: true }), received('b', { refused: 'proof' })];
    expect(wantsLook(gone, NOW)).toBe(0);
    expect(gone.some((row) => isNew(row) || isUrgent({ ...row, expiresAt: NOW + 9 }, NOW))).toBe(false);
    expect(ids(inOrder([...gone, received('c')], NOW))).toBe('c a b');
  });

  it('knows saved, partly, unsaved, and for answers alone read and unread', () => {
    const kept = (saved: number, count: number, openedAt: number | null = null) =>
      keptOf({ saved, count, openedAt });
    expect([kept(0, 1), kept(1, 1), kept(1, 2)]).toEqual(['unsaved', 'saved', 'partly']);
    expect([kept(0, 0), kept(0, 0, NOW)]).toEqual(['unread', 'read']);
  });

  it('says what came', () => {
    const files = [film(null), film(null, 'image/jpeg'), film(null, 'application/pdf')];
    expect(contentsOf(files)).toEqual({ videos: 1, photos: 1, others: 1, bytes: 27 });
  });

  it('turns coral in the last day, or in the last quarter of a short life, only while unsaved', () => {
    const week = { receivedAt: NOW - 6 * 24 * HOUR };
    expect(isUrgent(received('a', { ...week, expiresAt: NOW + 24 * HOUR }), NOW)).toBe(true);
    expect(isUrgent(received('a', { ...week, expiresAt: NOW + 25 * HOUR }), NOW)).toBe(false);
    expect(isUrgent(received('a', { ...week, expiresAt: NOW + HOUR, saved: 1 }), NOW)).toBe(false);
    expect(isUrgent(received('a', { receivedAt: NOW, expiresAt: NOW + HOUR }), NOW)).toBe(false);
    expect(isUrgent(received('a', { receivedAt: NOW - HOUR, expiresAt: NOW + 600 }), NOW)).toBe(true);
  });

  it('thins from 1 to 0', () => {
    expect([lifeLeft(0, 10, 0), lifeLeft(0, 10, 5), lifeLeft(0, 10, 11), lifeLeft(5, 5, 5)]).toEqual([
      1, 0.5, 0, 0,
    ]);
  });
});

const link = (id: string, over: Partial<Waiting> = {}): Waiting => ({
  id,
  label: id,
  template: 'form-check',
  state: 'open',
  url: 'u',
  createdAt: NOW - HOUR,
  closesAt: NOW + HOUR,
  endedAt: null,
  uses: 1,
  usesLeft: 1,
  retention: 7 * 24 * HOUR,
  receiving: [],
  refused: null,
  ...over,
});
const part = (received: number, size: number) => ({ submission: 's', received, size });

describe('the waiting list', () => {
  it('says how much of all that is being sent has come', () => {
    expect(stateOf(link('a', { receiving: [part(10, 100), part(70, 100)] }), NOW)).toEqual({
      is: 'sending',
      percent: 40,
      senders: 2,
    });
  });

  it('never says 100 % too early, nor counts what has not said its size', () => {
    expect(stateOf(link('a', { receiving: [part(999, 1000)] }), NOW)).toMatchObject({ percent: 99 });
    expect(stateOf(link('a', { receiving: [part(0, 0)] }), NOW)).toEqual({ is: 'open' });
  });

  it('calls a link ended when its time has passed here, before the server says so', () => {
    expect(stateOf(link('a', { closesAt: NOW }), NOW)).toEqual({ is: 'expired', at: NOW });
    expect(stateOf(link('a', { state: 'closed', endedAt: 7 }), NOW)).toEqual({ is: 'closed', at: 7 });
  });

  it('lists what is being sent first, then open by what closes next, then ended, latest first', () => {
    const list = [
      link('closed-old', { state: 'closed', endedAt: 5 }),
      link('closed-new', { state: 'closed', endedAt: 9 }),
      link('later', { closesAt: NOW + 9 * HOUR }),
      link('next'),
      link('sending', { closesAt: NOW + 99 * HOUR, receiving: [part(1, 2)] }),
    ];
    expect(ids(waitingInOrder(list, NOW))).toBe('sending next later closed-new closed-old');
  });
});
