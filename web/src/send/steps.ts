/**
 * What is asked on one screen after the other. A section is no screen of its own: it stands above the
 * questions below it, whole above the first and by its name above the others. One that has no question
 * below it is a screen, so that it is not lost.
 */
import type { Question } from '../sealed/question.ts';

export interface Step {
  readonly question: Question;
  /** The sections that begin here. */
  readonly opening: readonly Question[];
  /** The heading of the section that it stands in. */
  readonly within: string;
}

export function stepsOf(questions: readonly Question[]): Step[] {
  const steps: Step[] = [];
  let opening: Question[] = [];
  let within = '';
  for (const question of questions) {
    if (question.kind === 'section') {
      opening.push(question);
      within = question.text;
    } else {
      steps.push({ question, opening, within: opening.length > 0 ? '' : within });
      opening = [];
    }
  }
  return [...steps, ...opening.map((question) => ({ question, opening: [], within: '' }))];
}
