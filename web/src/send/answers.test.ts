import { expect, test } from 'vitest';
import type { Question } from '../sealed/invitation.ts';
import { EVERY_KIND } from '../sealed/vectors/form.ts';
import { collected, complaintAbout, firstUnfinished, readNumber } from './answers.ts';
import { stepsOf } from './steps.ts';

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

const kinds = (id: string): Question => {
  const found = EVERY_KIND.find((question) => question.id === id);
  if (!found) throw new Error(id);
  return found;
};

test('a number outside of what is asked says on which side', () => {
  expect(complaintAbout(kinds('weight'), '19,9')).toBe('too-small');
  expect(complaintAbout(kinds('weight'), '300.5')).toBeNull();
  expect(complaintAbout(kinds('weight'), '301')).toBe('too-large');
});

test('a date has to be whole, a scale and choices have to be offered', () => {
  expect(complaintAbout(kinds('born'), '?')).toBe('no-day');
  expect(complaintAbout(kinds('born'), '2023-02-29')).toBe('no-day');
  expect(complaintAbout(kinds('effort'), '11')).toBe('no-choice');
  expect(complaintAbout(kinds('effort'), '')).toBe('missing');
  expect(complaintAbout(kinds('days'), 'sun')).toBe('no-choice');
  expect(complaintAbout(kinds('about'), '')).toBeNull();
});

test('a file question needs its file, and one that was lost is not left out unsaid', () => {
  expect(complaintAbout(kinds('front'), '', 'nothing')).toBe('no-file');
  expect(complaintAbout(kinds('front'), '', 'file')).toBeNull();
  expect(complaintAbout({ ...kinds('front'), required: false }, '', 'lost')).toBe('lost-file');
  expect(complaintAbout({ ...kinds('front'), required: false }, '', 'nothing')).toBeNull();
});

test('every kind is sent as the format has it; several choices in the order of the question', () => {
  const drafts = {
    name: 'Ada',
    pain: 'yes',
    side: 'left',
    days: 'fri mon',
    weight: '82,5',
    born: '1990-04-01',
    effort: '7',
  };
  expect(collected(EVERY_KIND, drafts)).toEqual({
    name: 'Ada',
    pain: true,
    side: 'left',
    days: ['mon', 'fri'],
    weight: 82.5,
    born: '1990-04-01',
    effort: 7,
  });
});

test('a section stands above its questions and is a screen only where it has none', () => {
  const section = (id: string) => ({ ...kinds('about'), id, text: id });
  const questions = [
    kinds('name'),
    section('you'),
    section('body'),
    kinds('side'),
    kinds('days'),
    section('end'),
  ];
  const steps = stepsOf(questions).map(({ question, opening, within }) => [
    question.id,
    opening.map(({ id }) => id).join(' '),
    within,
  ]);
  expect(steps).toEqual([
    ['name', '', ''],
    ['side', 'you body', ''],
    ['days', '', 'body'],
    ['end', '', ''],
  ]);
});
