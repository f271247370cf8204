// The two built-in templates, as data. A card keeps a template's id, so ids never change and are
// never used again for something else.

import { templates as words } from '../text/templates.ts';
import type { Question } from '../sealed/invitation.ts';
import { DAY } from './durations.ts';

export interface Template {
  id: string;
  name: string;
  about: string;
  greeting: string;
  instructions: string;
  questions: readonly Question[];
  notice: string;
  /** How long the film should be at most; null for no wish. */
  max_seconds: number | null;
  retention: number;
  open: number;
}

const weekLong = { retention: 7 * DAY, open: 7 * DAY };

export const FORM_CHECK: Template = {
  id: 'form-check',
  ...words.formCheck,
  ...weekLong,
  // One set, from the first step to the last.
  max_seconds: 60,
  questions: [
    ask('exercise', 'short', true),
    ask('weight', 'number', false),
    ask('sets', 'short', false),
    ask('effort', 'number', false),
    ask('focus', 'long', false),
  ].map((question) => ({ ...question, ...words.formCheck.asked[question.id] })),
};

export const INTAKE: Template = {
  id: 'client-intake',
  ...words.intake,
  ...weekLong,
  max_seconds: null,
  questions: [
    ask('name', 'short', true),
    ask('birth', 'short', false),
    ask('goal', 'long', true),
    ask('training', 'choice', true),
    ask('days', 'number', false),
    ask('health', 'yes-no', true),
    ask('health-more', 'long', false),
    ask('emergency', 'short', false),
  ].map((question) => ({ ...question, ...words.intake.asked[question.id] })),
};

/** In the order they are offered. */
export const TEMPLATES: readonly Template[] = [FORM_CHECK, INTAKE];

/** A card of a later version may name a template that is not known here. */
export function templateOf(id: string, offered: readonly Template[] = TEMPLATES): Template {
  return offered.find((template) => template.id === id) ?? FORM_CHECK;
}

function ask(id: string, kind: Question['kind'], required: boolean): Question {
  return { id, kind, text: '', help: '', required, choices: [] };
}
