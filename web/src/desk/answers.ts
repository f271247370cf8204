/** Answers beside their questions, in the order they were asked; also as a text file. */
import type { Manifest } from '../sealed/answers.ts';
import type { Invitation, Question } from '../sealed/invitation.ts';
import { desk as words } from '../text/en.ts';
import { shownLine } from '../ui/shown.ts';
import { spoken } from '../ui/spoken.ts';

export interface Answered {
  id: string;
  question: string;
  /** null: not answered. */
  answer: string | null;
  sort: 'answer' | 'section' | 'file';
}

/**
 * An answer to a question that was not asked is left out: the invitation says what was asked. Sections
 * stand as headings; a file question stands with the names of the files that were given to it.
 */
export function answered(invitation: Invitation, manifest: Manifest): Answered[] {
  return invitation.questions.map((question) => ({
    id: question.id,
    question: shownLine(question.text),
    answer: answerText(question, manifest),
    sort: question.kind === 'section' || question.kind === 'file' ? question.kind : 'answer',
  }));
}

function answerText(question: Question, { answers, files }: Manifest): string | null {
  if (question.kind === 'file') {
    const names = (files ?? []).filter((file) => file.question === question.id).map(({ name }) => name);
    return names.map(shownLine).join('\n') || null;
  }
  const given = answers[question.id];
  if (given === undefined || given === '') return null;
  return (spoken(question, given) ?? words.submission.unfit) || null;
}

/** What the page shows, to be kept: for people, not for programs. */
export function asText(heading: readonly string[], answers: readonly Answered[], consent: string): string {
  const lines = answers.flatMap(({ question, answer, sort }) =>
    sort === 'section' ? [`## ${question}`, ''] : [question, answer ?? words.submission.unanswered, ''],
  );
  return [...heading, '', ...lines, consent].join('\n').trim() + '\n';
}
