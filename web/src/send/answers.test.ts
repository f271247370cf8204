import { expect, test } from 'vitest';
import type { Question } from '../sealed/invitation.ts';
import { collected, complaintAbout, firstUnfinished, readNumber, spoken } from './answers.ts';

const asked = (kind: Question['kind'], required = true): Question => ({
  id: kind,
  kind,
  text: 'How?',
  help: '',
  required,
  choices: kind === 'choice' ? [{ id: 'left', text: 'Left side' }] : [],
});

test.each(['short', 'long', 'yes-no', 'choice', 'number'] as const)(
  'a required %s question needs an answer, an optional one does not',
  (kind) => {
    expect(complaintAbout(asked(kind), '  ')).toBe('missing');
    expect(complaintAbout(asked(kind, false), undefined)).toBeNull();
  },
);

test('each kind refuses what is not of it', () => {
  expect(complaintAbout(asked('short'), 'x'.repeat(501))).toBe('too-long');
  expect(complaintAbout(asked('long'), 'x'.repeat(10_000))).toBeNull();
  expect(complaintAbout(asked('yes-no'), 'maybe')).toBe('no-choice');
  expect(complaintAbout(asked('choice'), 'right')).toBe('no-choice');
  expect(complaintAbout(asked('choice'), 'left')).toBeNull();
  expect(complaintAbout(asked('number'), 'about 70')).toBe('no-number');
});

test.each([
  ['72', 72],
  ['72.5', 72.5],
  ['72,5', 72.5],
  [' -3 ', -3],
  ['1 200', 1200],
  ["1'200,5", 1200.5],
])('%s is a number', (text, value) => {
  expect(readNumber(text)).toBe(value);
});

test.each(['', '1.200,5', '1,2,3', '7e3', '0x10', 'Infinity', '12 34'])(
  '%s is none, or more than one',
  (text) => {
    expect(readNumber(text)).toBeNull();
  },
);

test('answers are sent in their own kind, and unanswered ones not at all', () => {
  const questions = [
    asked('short', false),
    asked('yes-no'),
    asked('choice'),
    asked('number'),
    asked('long', false),
  ];
  const drafts = { short: ' fine ', 'yes-no': 'no', choice: 'left', number: '72,5', long: '   ' };
  expect(firstUnfinished(questions, drafts)).toBe(-1);
  expect(collected(questions, drafts)).toEqual({
    short: 'fine',
    'yes-no': false,
    choice: 'left',
    number: 72.5,
  });
  expect(firstUnfinished(questions, { ...drafts, choice: '' })).toBe(2);
});

test('the review shows words, not ids', () => {
  expect(spoken(asked('choice'), 'left', 'Yes', 'No')).toBe('Left side');
  expect(spoken(asked('yes-no'), 'no', 'Yes', 'No')).toBe('No');
  expect(spoken(asked('short'), undefined, 'Yes', 'No')).toBe('');
});
