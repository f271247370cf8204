/** Answers beside their questions, in the order they were asked; also as a text file. */
import type { Manifest } from '../sealed/answers.ts';
import type { Invitation, Question } from '../sealed/invitation.ts';
import { desk as words } from '../text/en.ts';
import { shownLine, shownText } from '../ui/shown.ts';

export interface Answered {
  id: string;
  question: string;
  /** null: not answered. */
  answer: string | null;
}

/** An answer to a question that was not asked is left out: the invitation says what was asked. */
export function answered(invitation: Invitation, manifest: Manifest): Answered[] {
  return invitation.questions.map((question) => ({
    id: question.id,
    question: shownLine(question.text),
    answer: answerText(question, manifest.answers[question.id]),
  }));
}

function answerText(question: Question, given: Manifest['answers'][string] | undefined): string | null {
  if (given === undefined || given === '') return null;
  if (typeof given === 'boolean') return given ? words.submission.yes : words.submission.no;
  if (typeof given === 'number') return String(given);
  if (question.kind === 'choice') {
    const choice = question.choices.find(({ id }) => id === given);
    return choice ? shownLine(choice.text) : null;
  }
  return shownText(given).trim() || null;
}

/** What the page shows, to be kept: for people, not for programs. */
export function asText(heading: readonly string[], answers: readonly Answered[], consent: string): string {
  const lines = answers.flatMap(({ question, answer }) => [
    question,
    answer ?? words.submission.unanswered,
    '',
  ]);
  return [...heading, '', ...lines, consent].join('\n').trim() + '\n';
}
