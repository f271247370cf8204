import { expect, test } from 'vitest';
import type { Receipt } from '../api/types.ts';
import { newSubmissionId } from '../sealed/ids.ts';
import { receipt as words } from '../text/receipt.ts';
import { headlineOf, nextLook, storyOf } from './story.ts';

const receipt = (more: Partial<Receipt> = {}): Receipt => ({
  submission: newSubmissionId(),
  state: 'received',
  received_at: 1000,
  expires_at: 2000,
  opened_at: null,
  saved_at: null,
  erased_at: null,
  by: null,
  files: { '0': { size: 100, offset: 100, saved_at: null }, '1': { size: 300, offset: 300, saved_at: null } },
  manifest: true,
  reply: null,
  ...more,
});

test('a delivery arrives, is opened, is saved', () => {
  expect(storyOf(receipt(), 1000).chapter).toBe('arrived');
  expect(storyOf(receipt({ opened_at: 1100 }), 1200).chapter).toBe('opened');
  const files = { '0': { size: 1, offset: 1, saved_at: 1300 }, '1': { size: 1, offset: 1, saved_at: 1200 } };
  const saved = storyOf(receipt({ opened_at: 1100, saved_at: 1300, files }), 1400);
  expect([saved.chapter, saved.saved, saved.saved_at]).toEqual(['saved', 2, 1300]);
});

test('after its erasure it still says that a copy was saved', () => {
  const story = storyOf(receipt({ state: 'erased', saved_at: 1300, erased_at: 1500, files: {} }), 1600);
  expect([story.chapter, story.saved_at, story.files]).toEqual(['erased', 1300, 0]);
});

test('from its last second on it is being erased, and gone once the server says so', () => {
  expect(storyOf(receipt(), 1999).chapter).toBe('arrived');
  expect(storyOf(receipt(), 2000).chapter).toBe('erasing');
  const erasing = storyOf(receipt({ expires_at: null, opened_at: 1100, files: {} }), 1200);
  expect([erasing.chapter, erasing.life]).toEqual(['erasing', 0]);
  expect(storyOf(receipt({ state: 'erased', erased_at: 2001 }), 2002).chapter).toBe('erased');
});

test('a reply that was opened is read first, until what was sent ends', () => {
  const opened = storyOf(receipt({ opened_at: 1100 }), 1200);
  expect(headlineOf(opened, false, 'Jo')).toBe(words.headline.opened);
  expect(headlineOf(opened, true, 'Jo')).toBe('Jo replied.');
  expect(headlineOf(opened, true, '')).toBe('You have a reply.');
  for (const chapter of ['erasing', 'erased'] as const)
    expect(headlineOf({ chapter }, true, 'Jo')).toBe(words.headline[chapter]);
});

test('its life thins from one to nothing', () => {
  expect(storyOf(receipt(), 1000).life).toBe(1);
  expect(storyOf(receipt(), 1500).life).toBe(0.5);
  expect(storyOf(receipt(), 2500).life).toBe(0);
});

test('while it arrives it says how much is there', () => {
  const files = {
    '0': { size: 100, offset: 100, saved_at: null },
    '1': { size: 300, offset: 100, saved_at: null },
  };
  const story = storyOf(receipt({ state: 'receiving', received_at: null, expires_at: null, files }), 1000);
  expect([story.chapter, story.level, story.received]).toEqual(['receiving', 0.5, 200]);
});

test('the page looks less and less often, but stays close while something arrives', () => {
  const looks = [0, 1, 2, 3, 20].map((n) => nextLook(n, 'arrived'));
  expect(looks).toEqual([3, 5, 7, 10, 60]);
  expect(nextLook(20, 'receiving')).toBe(3);
  expect(nextLook(20, 'erasing')).toBe(10);
});
