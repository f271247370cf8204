import { describe, expect, it } from 'vitest';
import type { Manifest } from '../sealed/answers.ts';
import type { Invitation, Question } from '../sealed/invitation.ts';
import { EVERY_KIND } from '../sealed/vectors/form.ts';
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

  it('are shown as not given when absent or empty', () => {
    expect(given({ a: '  ', z: 'not asked' })).toEqual([null, null, null, null, null]);
  });

  it('are named as such when they are none of those that were asked for', () => {
    const unfit = 'answered with something that was not asked for';
    expect(given({ b: 'no', c: 'c9', d: '7', e: null })).toEqual([null, unfit, unfit, unfit, unfit]);
  });

  it('are said as people say them, whatever was asked', () => {
    const { questions } = { questions: EVERY_KIND };
    const file = { n: 0, name: 'front.jpg', question: 'front' };
    const manifest = {
      answers: { name: 'Ada', pain: true, days: ['mon', 'fri'], weight: 82.5, born: '1990-04-01', effort: 7 },
      files: [file],
    } as unknown as Manifest;
    const said = answered({ questions } as unknown as Invitation, manifest);
    expect(Object.fromEntries(said.map(({ id, answer }) => [id, answer]))).toEqual({
      about: null,
      name: 'Ada',
      goal: null,
      pain: 'Yes',
      side: null,
      days: 'MON\nFRI',
      weight: '82.5 kg',
      born: '1 April 1990',
      effort: '7 of 10',
      front: 'front.jpg',
      set: null,
    });
    expect(said.map(({ sort }) => sort).filter((sort) => sort !== 'answer')).toEqual([
      'section',
      'file',
      'file',
    ]);
  });

  it('lose marks that turn the reading direction', () => {
    expect(given({ a: 'abc\u202edef' })[0]).toBe('abcdef');
  });

  it('can be kept as a text', () => {
    const text = asText(
      ['Anna', 'Today'],
      [{ id: 'a', question: 'What?', answer: null, sort: 'answer' }],
      'Agreed',
    );
    expect(text).toBe('Anna\nToday\n\nWhat?\nnot answered\n\nAgreed\n');
  });
});
