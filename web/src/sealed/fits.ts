/**
 * Whether an answer fits its question. A sender's page asks for nothing else; a reader refuses nothing for
 * it, so that a film is not lost over an answer: it shows what fits, and says of the rest that it does not.
 */
import type { Answer } from './answers.ts';
import type { Question } from './question.ts';

/** Whether this can be the answer to that question. */
export function fits(question: Question, answer: Answer | null): answer is Answer {
  switch (question.kind) {
    case 'short':
    case 'long':
      return typeof answer === 'string';
    case 'yes-no':
      return typeof answer === 'boolean';
    case 'choice':
      return typeof answer === 'string' && placeOf(question, answer) >= 0;
    case 'choices':
      return Array.isArray(answer) && areInOrder(answer.map((id: string) => placeOf(question, id)));
    case 'number':
      return typeof answer === 'number' && isWithin(question, answer);
    case 'date':
      return typeof answer === 'string' && isDay(answer);
    case 'scale':
      return typeof answer === 'number' && Number.isInteger(answer) && answer >= 1 && answer <= 10;
    case 'section':
    case 'file':
      return false;
  }
}

export function isWithin({ min, max }: Question, value: number): boolean {
  return (min === undefined || value >= min) && (max === undefined || value <= max);
}

/** A day that the calendar has, `YYYY-MM-DD`, from the year 1 on. */
export function isDay(text: string): boolean {
  const [, year = 0, month = 0, day = 0] = (/^(\d{4})-(\d{2})-(\d{2})$/.exec(text) ?? []).map(Number);
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = month === 2 ? 28 + Number(leap) : [4, 6, 9, 11].includes(month) ? 30 : 31;
  return year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= days;
}

const placeOf = (question: Question, id: string): number =>
  question.choices.findIndex((choice) => choice.id === id);

const areInOrder = (places: readonly number[]): boolean =>
  places.length > 0 && places.every((place, i) => place > (places[i - 1] ?? -1));
