/**
 * Answers while they are written, and what becomes of them in the manifest. Every draft is a text, so
 * that nothing typed is ever lost; only `collected` turns it into the answer of its kind.
 */
import type { Answers } from '../sealed/answers.ts';
import type { Question } from '../sealed/invitation.ts';

/** From question id to what stands in its field. */
export type Drafts = { readonly [question: string]: string };

export type Complaint = 'missing' | 'too-long' | 'no-number' | 'no-choice';

export const YES = 'yes';
export const NO = 'no';
/** Characters; a manifest has room for every answer at its longest. */
export const LONGEST = { short: 500, long: 10_000 } as const;

/** Why this draft can not be the answer; null when it can. */
export function complaintAbout(question: Question, draft: string | undefined): Complaint | null {
  const text = draft?.trim() ?? '';
  if (text === '') return question.required ? 'missing' : null;
  switch (question.kind) {
    case 'short':
    case 'long':
      return text.length > LONGEST[question.kind] ? 'too-long' : null;
    case 'yes-no':
      return text === YES || text === NO ? null : 'no-choice';
    case 'choice':
      return question.choices.some(({ id }) => id === text) ? null : 'no-choice';
    case 'number':
      return readNumber(text) === null ? 'no-number' : null;
  }
}

/** Index of the first question that keeps the whole from being sent, or -1. */
export function firstUnfinished(questions: readonly Question[], drafts: Drafts): number {
  return questions.findIndex((question) => complaintAbout(question, drafts[question.id]) !== null);
}

/** The answers as they are sent; unanswered questions are absent. To be called when none is unfinished. */
export function collected(questions: readonly Question[], drafts: Drafts): Answers {
  const answers: Record<string, string | boolean | number> = {};
  for (const question of questions) {
    const text = drafts[question.id]?.trim() ?? '';
    if (text === '') continue;
    if (question.kind === 'yes-no') answers[question.id] = text === YES;
    else if (question.kind === 'number') answers[question.id] = readNumber(text) ?? 0;
    else answers[question.id] = text;
  }
  return answers;
}

/** What stands for a draft in the review: a choice's words instead of its id, and "" for no answer. */
export function spoken(question: Question, draft: string | undefined, yes: string, no: string): string {
  const text = draft?.trim() ?? '';
  if (question.kind === 'yes-no') return text === YES ? yes : text === NO ? no : '';
  if (question.kind === 'choice') return question.choices.find(({ id }) => id === text)?.text ?? '';
  return text;
}

/** Reads `72`, `72.5`, `72,5`, `-3` and `1 200`; null for what could be meant in two ways. */
export function readNumber(text: string): number | null {
  const bare = text.trim().replaceAll(/(?<=\d)[\s\u00a0\u202f'’](?=\d{3}(\D|$))/g, '');
  if (!/^[-+−]?\d{1,15}([.,]\d{1,6})?$/.test(bare)) return null;
  const value = Number(bare.replace(',', '.').replace('−', '-'));
  return Number.isFinite(value) ? value : null;
}
