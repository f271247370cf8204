// The questions of a link while they are being written. Each function gives a new list, so that the
// form can be compared with the template it began from.

import type { Question, QuestionKind } from '../sealed/invitation.ts';

export const KINDS: readonly QuestionKind[] = ['short', 'long', 'yes-no', 'choice', 'number'];

export const MOST_QUESTIONS = 40;
export const MOST_CHOICES = 20;

export function added(questions: readonly Question[], kind: QuestionKind = 'short'): Question[] {
  if (questions.length >= MOST_QUESTIONS) return [...questions];
  const id = freeId(
    questions.map((question) => question.id),
    'q',
  );
  const question: Question = { id, kind, text: '', help: '', required: false, choices: [] };
  return [...questions, withKind(question, kind)];
}

export function without(questions: readonly Question[], id: string): Question[] {
  return questions.filter((question) => question.id !== id);
}

/** One place up (-1) or down (+1); at the end of the list it stays. */
export function moved(questions: readonly Question[], id: string, by: -1 | 1): Question[] {
  const from = questions.findIndex((question) => question.id === id);
  const to = from + by;
  const list = [...questions];
  const [question] = from < 0 || to < 0 || to >= list.length ? [] : list.splice(from, 1);
  if (question) list.splice(to, 0, question);
  return list;
}

export function changed(
  questions: readonly Question[],
  id: string,
  change: Partial<Omit<Question, 'id'>>,
): Question[] {
  return questions.map((question) => {
    if (question.id !== id) return question;
    const next = { ...question, ...change };
    return change.kind ? withKind(next, change.kind) : next;
  });
}

export function choiceAdded(question: Question): Question['choices'] {
  if (question.choices.length >= MOST_CHOICES) return question.choices;
  const id = freeId(
    question.choices.map((choice) => choice.id),
    'c',
  );
  return [...question.choices, { id, text: '' }];
}

/** A choice needs something to choose from; the other kinds have none. */
function withKind(question: Question, kind: QuestionKind): Question {
  if (kind !== 'choice') return { ...question, kind, choices: [] };
  let next: Question = { ...question, kind };
  while (next.choices.length < 2) next = { ...next, choices: choiceAdded(next) };
  return next;
}

/** Ids are only names inside one link: short, and never the same twice. */
function freeId(taken: readonly string[], letter: string): string {
  let n = taken.length + 1;
  while (taken.includes(`${letter}${n}`)) n += 1;
  return `${letter}${n}`;
}
