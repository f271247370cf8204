import { expect, it } from 'vitest';
import type { Received } from './lists.ts';
import { look } from './news.ts';

const NOW = 1_000_000;
const row = (id: string, over: Partial<Received> = {}): Received => ({
  id,
  link: 'l',
  label: '',
  receivedAt: NOW - 6 * 86_400,
  notesVersion: null,
  repliedAt: null,
  replyErasedAt: null,
  expiresAt: NOW + 2 * 86_400,
  openedAt: null,
  files: [],
  count: 1,
  saved: 0,
  answers: 0,
  refused: null,
  asked: false,
  known: false,
  ...over,
});
const NOTHING = { arrived: false, ending: false };

it('what was there at the first look is no news, nor is it at the second', () => {
  const rows = [row('a'), row('b', { expiresAt: NOW + 9 })];
  const first = look(null, rows, NOW);
  expect(first.news).toEqual(NOTHING);
  expect(look(first.seen, rows, NOW).news).toEqual(NOTHING);
});

it('what arrived and what comes near its end is told once each', () => {
  const first = look(null, [row('a')], NOW);
  const second = look(first.seen, [row('a'), row('b')], NOW);
  expect(second.news).toEqual({ arrived: true, ending: false });
  const later = NOW + 86_400;
  const third = look(second.seen, [row('a'), row('b', { saved: 1 })], later);
  expect(third.news).toEqual({ arrived: false, ending: true });
  expect(look(third.seen, [row('a'), row('b')].slice(0, 1), later + 1).news).toEqual(NOTHING);
});

it('what was asked to be erased is no news', () => {
  const first = look(null, [], NOW);
  expect(look(first.seen, [row('a', { asked: true, expiresAt: NOW + 9 })], NOW).news).toEqual(NOTHING);
});
