// A link while it is being made: what the form holds, whether it can become a link, and the order
// the worker gets. The label is for the trainer alone; all else is read by whoever has the link.

import { type Doubt, doubtsAbout } from './greeting.ts';
import { MAX_BYTES, MAX_FILES, OPEN_FOR, RETENTIONS, USES } from './durations.ts';
import type { Invitation, Question } from '../sealed/invitation.ts';
import type { LinkDraft } from '../transfer/desk.ts';
import { hasChoices, KINDS, MOST_CHOICES, MOST_QUESTIONS } from './questions.ts';
import { type Template, TEMPLATES, templateOf } from './templates.ts';

export interface LinkForm {
  label: string;
  template: string;
  greeting: string;
  instructions: string;
  questions: Question[];
  notice: string;
  /** How long the film should be at most; null for no wish. */
  max_seconds: number | null;
  retention: number;
  open: number;
  uses: number;
}

export const MOST = { label: 200, greeting: 4000, instructions: 4000, notice: 4000, question: 500 } as const;

export type Complaint =
  | { field: 'label' | 'greeting' | 'instructions' | 'notice'; wrong: 'too-long' }
  | { field: 'retention' | 'open' | 'uses'; wrong: 'out-of-range' }
  | { field: 'questions'; wrong: 'too-many' | 'too-many-files' }
  | {
      field: 'question';
      id: string;
      wrong: 'empty' | 'too-long' | 'too-few-choices' | 'empty-choice' | 'same-choice' | 'limits';
    };

export function formFrom(template: Template, label = ''): LinkForm {
  return {
    label,
    template: template.id,
    greeting: template.greeting,
    instructions: template.instructions,
    questions: template.questions.map((question) => ({ ...question, choices: [...question.choices] })),
    notice: template.notice,
    max_seconds: template.max_seconds,
    retention: template.retention,
    open: template.open,
    uses: 1,
  };
}

/** The same again: label and template of a link that has ended. Its other words were erased with it. */
export function formAgain(
  link: {
    label: string;
    template: string;
    retention: number;
    uses: number;
  },
  offered: readonly Template[] = TEMPLATES,
): LinkForm {
  const form = formFrom(templateOf(link.template, offered), link.label);
  const retention = RETENTIONS.includes(link.retention) ? link.retention : form.retention;
  return { ...form, retention, uses: link.uses };
}

/** The same words again, from a submission that still holds its invitation. */
export function formAsBefore(label: string, invitation: Invitation): LinkForm {
  const { greeting, instructions, questions, notice, retention, uses } = invitation;
  const form = formAgain({ label, template: '', retention, uses });
  const max_seconds = invitation.max_seconds ?? null;
  return { ...form, greeting, instructions, questions: [...questions], notice, max_seconds };
}

/** What was written for one template is lost when another is chosen, so the page asks first. */
export function isTouched(form: LinkForm, template: Template): boolean {
  const fresh = {
    ...formFrom(template, form.label),
    retention: form.retention,
    open: form.open,
    uses: form.uses,
  };
  return JSON.stringify(fresh) !== JSON.stringify(form);
}

export function complaints(form: LinkForm): Complaint[] {
  const found: Complaint[] = [];
  for (const field of ['label', 'greeting', 'instructions', 'notice'] as const) {
    if (form[field].length > MOST[field]) found.push({ field, wrong: 'too-long' });
  }
  if (!RETENTIONS.includes(form.retention)) found.push({ field: 'retention', wrong: 'out-of-range' });
  if (!OPEN_FOR.includes(form.open)) found.push({ field: 'open', wrong: 'out-of-range' });
  if (!Number.isInteger(form.uses) || form.uses < USES.least || form.uses > USES.most) {
    found.push({ field: 'uses', wrong: 'out-of-range' });
  }
  if (form.questions.length > MOST_QUESTIONS) found.push({ field: 'questions', wrong: 'too-many' });
  if (form.questions.filter(({ kind }) => kind === 'file').length > MAX_FILES) {
    found.push({ field: 'questions', wrong: 'too-many-files' });
  }
  for (const question of form.questions) {
    const wrong = wrongWith(question);
    if (wrong) found.push({ field: 'question', id: question.id, wrong });
  }
  return found;
}

function wrongWith(question: Question): (Complaint & { field: 'question' })['wrong'] | null {
  if (question.text.trim() === '') return 'empty';
  if (question.text.length > MOST.question || question.help.length > MOST.question) return 'too-long';
  if (!KINDS.includes(question.kind)) return 'empty';
  const { min, max } = question;
  if (min !== undefined && max !== undefined && min > max) return 'limits';
  if (!hasChoices(question.kind)) return null;
  const texts = question.choices.map((choice) => choice.text.trim().toLowerCase());
  if (texts.length < 2 || texts.length > MOST_CHOICES) return 'too-few-choices';
  if (texts.includes('')) return 'empty-choice';
  return new Set(texts).size === texts.length ? null : 'same-choice';
}

/** What should not be read by a stranger who finds the link. The trainer's own name may stand there. */
export function doubtsOf(form: LinkForm, ownName: string): Doubt[] {
  const seen = new Set<string>();
  return [form.greeting, form.instructions]
    .flatMap((text) => doubtsAbout(text, ownName))
    .filter((doubt) => {
      const key = `${doubt.about} ${doubt.words.toLowerCase()}`;
      return seen.has(key) ? false : seen.add(key);
    });
}

/** What the worker makes the link from. Texts lose the spaces around them. */
export function draftOf(form: LinkForm, now: number): LinkDraft {
  return {
    label: form.label.trim(),
    template: form.template,
    greeting: form.greeting.trim(),
    instructions: form.instructions.trim(),
    questions: form.questions.map((question) => ({
      ...question,
      text: question.text.trim(),
      help: question.help.trim(),
      choices: question.choices.map((choice) => ({ ...choice, text: choice.text.trim() })),
    })),
    notice: form.notice.trim(),
    max_seconds: form.max_seconds,
    retention: form.retention,
    closes_at: now + form.open,
    uses: form.uses,
    max_files: MAX_FILES,
    max_bytes: MAX_BYTES,
  };
}
