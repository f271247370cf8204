import { describe, expect, it } from 'vitest';
import type { FileFacts, Received, Waiting } from './lists.ts';
import { cameWords, keptWords, leftWords, savesWhat, waitingWords } from './said.ts';

const NOW = 1_800_000_000;
const file = (type: string, size: number, savedAt: number | null = null): FileFacts => ({
  n: 0,
  name: 'x',
  size,
  type,
  question: null,
  savedAt,
});
const row = (files: FileFacts[], over: Partial<Received> = {}): Received => ({
  id: 'i',
  link: 'l',
  label: 'Anna',
  receivedAt: NOW,
  notesVersion: null,
  repliedAt: null,
  replyErasedAt: null,
  expiresAt: NOW + 90_000,
  openedAt: null,
  files,
  count: files.length,
  saved: files.filter(({ savedAt }) => savedAt !== null).length,
  answers: 0,
  refused: null,
  asked: false,
  known: true,
  ...over,
});
const link = (over: Partial<Waiting>): Waiting => ({
  id: 'i',
  label: 'Anna',
  template: '',
  state: 'open',
  url: null,
  createdAt: NOW,
  closesAt: NOW + 7200,
  endedAt: null,
  uses: 1,
  usesLeft: 1,
  retention: 3600,
  receiving: [],
  refused: null,
  ...over,
});

describe('a row in words', () => {
  it('says what came', () => {
    const files = [file('video/mp4', 180e6), file('video/quicktime', 2e6), file('image/jpeg', 1e6)];
    expect(cameWords(row(files, { answers: 12 }))).toBe('2 videos, 1 photo, 12 answers, 183 MB');
    expect(cameWords(row([], { answers: 1 }))).toBe('1 answer');
    expect(cameWords(row([]))).toBe('no files, no answers');
    expect(cameWords(row([], { count: 2, known: false }))).toBe('2 files');
  });

  it('says what is kept, and for how long the rest is there', () => {
    expect(keptWords(row([file('a', 1, NOW), file('b', 1)]))).toBe('1 of 2 saved');
    expect(keptWords(row([file('a', 1)]))).toBe('not saved');
    expect(leftWords(row([]), NOW)).toBe('gone in 25 hours');
  });

  it('saves everything, again too, and one file once', () => {
    const [fresh, kept] = [file('video/mp4', 1), file('video/mp4', 1, NOW)];
    const what = (files: FileFacts[], lost = false) => savesWhat(files, () => lost);
    expect(what([fresh, fresh])).toBe('saveAll');
    expect(what([fresh, kept])).toBe('saveAll');
    expect(what([kept, kept])).toBe('saveAllAgain');
    expect([what([fresh]), what([kept]), what([])]).toEqual(['save', null, null]);
    expect([what([fresh, kept], true), what([fresh], true)]).toEqual([null, null]);
  });

  it('says what a link is doing', () => {
    const part = { submission: 's', received: 2, size: 5 };
    expect(waitingWords(link({}), NOW)).toBe('open, 2 hours left');
    expect(waitingWords(link({ receiving: [part] }), NOW)).toBe('sending, 40 %');
    expect(waitingWords(link({ receiving: [part, part] }), NOW)).toBe('2 are sending, 40 %');
    expect(waitingWords(link({ state: 'closed', endedAt: NOW }), NOW)).toMatch(/^closed today, \d\d:\d\d$/);
    expect(waitingWords(link({ state: 'spent' }), NOW)).toBe('used');
  });
});
