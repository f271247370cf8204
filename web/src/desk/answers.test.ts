import { describe, expect, it } from 'vitest';
import type { Manifest } from '../sealed/answers.ts';
import type { Invitation, Question } from '../sealed/invitation.ts';
import { answered, asText } from './answers.ts';

const question = (id: string, kind: Question['kind'], choices: Question['choices'] = []): Question => ({
  id,
  kind,
  text: `${id}?`,
  help: '',
  required: false,
  choices,
});
const invitation = {
  questions: [
    question('a', 'short'),
    question('b', 'yes-no'),
    question('c', 'choice', [{ id: 'c1', text: 'Left' }]),
    question('d', 'number'),
    question('e', 'long'),
  ],
} as unknown as Invitation;
const given = (answers: Manifest['answers']): (string | null)[] =>
  answered(invitation, { answers } as Manifest).map(({ answer }) => answer);

describe('answers', () => {
  it('stand beside their questions in the order they were asked', () => {
    expect(given({ e: 'two\nlines', d: 0, c: 'c1', b: false, a: 'squat' })).toEqual([
      'squat',
      'No',
      'Left',
      '0',
      'two\nlines',
    ]);
  });

  it('are shown as not given when absent, empty, or a choice nobody offered', () => {
    expect(given({ a: '  ', c: 'c9', z: 'not asked' })).toEqual([null, null, null, null, null]);
  });

  it('lose marks that turn the reading direction', () => {
    expect(given({ a: 'abc\u202edef' })[0]).toBe('abcdef');
  });

  it('can be kept as a text', () => {
    const text = asText(['Anna', 'Today'], [{ id: 'a', question: 'What?', answer: null }], 'Agreed');
    expect(text).toBe('Anna\nToday\n\nWhat?\nnot answered\n\nAgreed\n');
  });
});
