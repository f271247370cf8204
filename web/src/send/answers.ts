/**
 * Answers while they are written, and what becomes of them in the manifest. Every draft is a text, so
 * that nothing typed is ever lost; only `answerOf` turns it into the answer of its kind. A file question
 * has no draft: its file is picked.
 */
import type { Answer, Answers } from '../sealed/answers.ts';
import { fits, isDay, isWithin } from '../sealed/fits.ts';
import type { Question } from '../sealed/question.ts';

/** From question id to what stands in its field; several choices are their ids with spaces between. */
export type Drafts = { readonly [question: string]: string };

/** A file question's state: `lost` was picked before the page was reloaded. */
export type Given = 'nothing' | 'lost' | 'file';

export type Complaint =
  | 'missing'
  | 'too-long'
  | 'no-number'
  | 'too-small'
  | 'too-large'
  | 'no-choice'
  | 'no-day'
  | 'no-file'
  | 'lost-file';

export const YES = 'yes';
export const NO = 'no';
/** Characters; a manifest has room for every answer at its longest. */
export const LONGEST = { short: 500, long: 10_000 } as const;

/** Why this draft can not be the answer; null when it can. */
export function complaintAbout(
  question: Question,
  draft: string | undefined,
  given: Given = 'nothing',
): Complaint | null {
  const text = draft?.trim() ?? '';
  if (question.kind === 'section') return null;
  if (question.kind === 'file') {
    if (given === 'nothing') return question.required ? 'no-file' : null;
    return given === 'lost' ? 'lost-file' : null;
  }
  if (text === '') return question.required ? 'missing' : null;
  switch (question.kind) {
    case 'short':
    case 'long':
      return text.length > LONGEST[question.kind] ? 'too-long' : null;
    case 'yes-no':
      return text === YES || text === NO ? null : 'no-choice';
    case 'date':
      return isDay(text) ? null : 'no-day';
    case 'number':
      return aboutNumber(question, readNumber(text));
    case 'choice':
    case 'choices':
    case 'scale': {
      const answer = answerOf(question, text);
      return answer !== null && fits(question, answer) ? null : 'no-choice';
    }
  }
}

function aboutNumber(question: Question, value: number | null): Complaint | null {
  if (value === null) return 'no-number';
  if (isWithin(question, value)) return null;
  return question.min !== undefined && value < question.min ? 'too-small' : 'too-large';
}

/** Index of the first question that keeps the whole from being sent, or -1. */
export function firstUnfinished(
  questions: readonly Question[],
  drafts: Drafts,
  given: (question: string) => Given = () => 'nothing',
): number {
  return questions.findIndex((q) => complaintAbout(q, drafts[q.id], given(q.id)) !== null);
}

/** The answers as they are sent; unanswered questions are absent. To be called when none is unfinished. */
export function collected(questions: readonly Question[], drafts: Drafts): Answers {
  const answers: Record<string, Answer> = {};
  for (const question of questions) {
    const answer = answerOf(question, drafts[question.id]);
    if (answer !== null) answers[question.id] = answer;
  }
  return answers;
}

/** The answer that a draft stands for; null for none. */
export function answerOf(question: Question, draft: string | undefined): Answer | null {
  const text = draft?.trim() ?? '';
  if (text === '') return null;
  switch (question.kind) {
    case 'section':
    case 'file':
      return null;
    case 'yes-no':
      return text === YES;
    case 'number':
      return readNumber(text);
    case 'scale':
      return Number(text);
    case 'choices': {
      const chosen = text.split(' ');
      return question.choices.map(({ id }) => id).filter((id) => chosen.includes(id));
    }
    case 'short':
    case 'long':
    case 'choice':
    case 'date':
      return text;
  }
}

/** Reads `72`, `72.5`, `72,5`, `-3` and `1 200`; null for what could be meant in two ways. */
export function readNumber(text: string): number | null {
  const bare = text.trim().replaceAll(/(?<=\d)[\s\u00a0\u202f'’](?=\d{3}(\D|$))/g, '');
  if (!/^[-+−]?\d{1,15}([.,]\d{1,6})?$/.test(bare)) return null;
  const value = Number(bare.replace(',', '.').replace('−', '-'));
  return Number.isFinite(value) ? value : null;
}
