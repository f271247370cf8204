// The questions of a link while they are being written. Each function gives a new list, so that the
// form can be compared with the template it began from.

import { MOST_CHOICES, MOST_QUESTIONS } from '../sealed/form.ts';
import type { Question, QuestionKind } from '../sealed/question.ts';

export { MOST_CHOICES, MOST_QUESTIONS };

/** In the order they are offered. */
export const KINDS: readonly QuestionKind[] = [
  'short',
  'long',
  'yes-no',
  'choice',
  'choices',
  'number',
  'scale',
  'date',
  'file',
  'section',
];

export const hasChoices = (kind: QuestionKind): boolean => kind === 'choice' || kind === 'choices';

/** Undefined takes an optional field away. */
export type Change = { [Field in keyof Omit<Question, 'id'>]?: Question[Field] | undefined };

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

/** Puts back what was taken away. */
export function restored(questions: readonly Question[], question: Question, at: number): Question[] {
  if (questions.some(({ id }) => id === question.id)) return [...questions];
  return [...questions.slice(0, at), question, ...questions.slice(at)];
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

export function changed(questions: readonly Question[], id: string, change: Change): Question[] {
  return questions.map((question) => {
    if (question.id !== id) return question;
    const next = cleaned({ ...question, ...change });
    return change.kind ? withKind(next, change.kind) : next;
  });
}

function cleaned(question: Question | (Change & { id: string })): Question {
  return Object.fromEntries(
    Object.entries(question).filter(([, value]) => value !== undefined),
  ) as unknown as Question;
}

/** Adds one answer for each line, those that are there already left out; an empty one is filled first. */
export function choicesPasted(question: Question, text: string): Question['choices'] {
  const there = question.choices.filter((choice) => choice.text.trim() !== '');
  const known = new Set(there.map((choice) => choice.text.trim().toLowerCase()));
  let next: Question = { ...question, choices: there };
  for (const line of text.split('\n').map((line) => line.trim())) {
    if (line === '' || known.has(line.toLowerCase()) || next.choices.length >= MOST_CHOICES) continue;
    known.add(line.toLowerCase());
    const choices = choiceAdded(next);
    next = { ...next, choices: choices.with(-1, { id: choices.at(-1)?.id ?? '', text: line }) };
  }
  return next.choices;
}

export function choiceAdded(question: Question): Question['choices'] {
  if (question.choices.length >= MOST_CHOICES) return question.choices;
  const id = freeId(
    question.choices.map((choice) => choice.id),
    'c',
  );
  return [...question.choices, { id, text: '' }];
}

/** A choice needs something to choose from; what belongs to another kind goes. */
function withKind(question: Question, kind: QuestionKind): Question {
  const { id, text, help, required, choices, min, max, unit, low, high, takes, max_seconds } = question;
  const bare = { id, kind, text, help, required: required && kind !== 'section' };
  if (hasChoices(kind)) {
    let next: Question = { ...bare, choices };
    while (next.choices.length < 2) next = { ...next, choices: choiceAdded(next) };
    return next;
  }
  const own =
    kind === 'number'
      ? { min, max, unit }
      : kind === 'scale'
        ? { low, high }
        : kind === 'file'
          ? { takes, max_seconds: takes === 'video' ? max_seconds : undefined }
          : {};
  return cleaned({ ...bare, choices: [], ...own });
}

/** Ids are only names inside one link: short, and never the same twice. */
function freeId(taken: readonly string[], letter: string): string {
  let n = taken.length + 1;
  while (taken.includes(`${letter}${n}`)) n += 1;
  return `${letter}${n}`;
}
