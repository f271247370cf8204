import { expect, test } from 'vitest';
import { after, ASKED, type Facts, mayCheck, readScreen, type Screen, shown } from './flow.ts';

const facts = (more: Partial<Facts> = {}): Facts => ({
  questions: 2,
  films: true,
  files: 1,
  lost: false,
  unfinished: -1,
  phase: 'writing',
  ...more,
});
const walk = (by: Facts): string[] => {
  const seen: string[] = [];
  for (let screen: Screen = ASKED; screen.at !== 'sending'; screen = after(screen, by)) seen.push(screen.at);
  return seen;
};

test('questions come before the film, the film before the check', () => {
  expect(walk(facts())).toEqual(['asked', 'answer', 'answer', 'film', 'check']);
});

test('without questions three taps lead to sending', () => {
  expect(walk(facts({ questions: 0 }))).toEqual(['asked', 'film', 'check']);
});

test('a link that takes no files asks for none', () => {
  expect(walk(facts({ films: false, files: 0 }))).toEqual(['asked', 'answer', 'answer', 'check']);
});

test('a delivery of nothing can not be checked', () => {
  expect(mayCheck(facts({ questions: 0, files: 0 }))).toBe(false);
  expect(mayCheck(facts({ files: 0 }))).toBe(true);
});

test('after a reload the check without its file shows where to pick it again', () => {
  expect(shown({ at: 'check' }, facts({ questions: 0, files: 0 }))).toEqual({ at: 'film' });
  expect(shown({ at: 'sending' }, facts({ questions: 0, files: 0 }))).toEqual({ at: 'film' });
});

test('with answers, too, a film lost in a reload is asked for again', () => {
  expect(shown({ at: 'sending' }, facts({ files: 0, lost: true }))).toEqual({ at: 'film' });
  expect(shown({ at: 'check' }, facts({ files: 0 }))).toEqual({ at: 'check' });
});

test('the check of a lost answer shows its question', () => {
  expect(shown({ at: 'check' }, facts({ unfinished: 1 }))).toEqual({ at: 'answer', index: 1, edit: false });
});

test('no entry leads away from sending, nor back from arrived', () => {
  for (const at of ['asked', 'film', 'check'] as const) {
    expect(shown({ at }, facts({ phase: 'sending' })).at).toBe('sending');
    expect(shown({ at }, facts({ phase: 'sent' })).at).toBe('arrived');
  }
});

test('a history state of anyone else is no screen', () => {
  for (const state of [null, 7, {}, { at: 'desk' }, { at: 'answer' }, { at: 'answer', index: -1 }])
    expect(readScreen(state)).toBeNull();
  expect(readScreen({ at: 'answer', index: 1, edit: true })).toEqual({ at: 'answer', index: 1, edit: true });
  expect(shown({ at: 'answer', index: 9, edit: false }, facts())).toEqual(ASKED);
});
