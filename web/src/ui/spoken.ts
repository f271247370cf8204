/** An answer as people say it: a choice's words instead of its id, `1 April 1990`, `7 of 10`, `82.5 kg`. */
import type { Answer } from '../sealed/answers.ts';
import { fits } from '../sealed/fits.ts';
import type { Question } from '../sealed/question.ts';
import { units } from '../text/units.ts';
import { shownLine, shownText } from './shown.ts';
import { calendarDay } from './when.ts';

/** Null for what does not fit the question; "" for an empty text. */
export function spoken(question: Question, answer: Answer | null): string | null {
  if (!fits(question, answer)) return null;
  if (typeof answer === 'boolean') return answer ? units.yes : units.no;
  if (typeof answer === 'number') {
    if (question.kind === 'scale') return units.ofTen(answer);
    return question.unit ? units.withUnit(answer, shownLine(question.unit)) : String(answer);
  }
  if (typeof answer !== 'string') return answer.map((id) => choiceWords(question, id)).join('\n');
  if (question.kind === 'choice') return choiceWords(question, answer);
  return question.kind === 'date' ? calendarDay(answer) : shownText(answer).trim();
}

const choiceWords = (question: Question, id: string): string =>
  shownLine(question.choices.find((choice) => choice.id === id)?.text ?? '');
