// Templates of one's own, as the vault keeps them, beside those that are built in.

import { FormError } from '../../sealed/errors.ts';
import { type Form, formIn } from '../../sealed/form.ts';
import type { JsonObject } from '../../sealed/json.ts';
import { builder as words } from '../../text/en.ts';
import { DAY, OPEN_FOR, RETENTIONS } from '../durations.ts';
import { type Template, TEMPLATES } from '../templates.ts';

export interface Listed {
  readonly id: string;
  readonly name: string;
  /** null: of a later version; it is left as it is. */
  readonly form: Form | null;
}

export function listed(templates: readonly JsonObject[]): Listed[] {
  return templates.map((loose, i) => {
    const form = readable(loose);
    const [id, name] = [loose['id'], loose['name']];
    return {
      id: form?.id ?? (typeof id === 'string' ? id : `unreadable-${String(i)}`),
      name: typeof name === 'string' && name.trim() !== '' ? name : words.unnamed,
      form,
    };
  });
}

function readable(loose: JsonObject): Form | null {
  try {
    return formIn(loose);
  } catch (error) {
    if (error instanceof FormError) return null;
    throw error;
  }
}

/** Those that a link can be made from, in the order they are offered. */
export function offered(templates: readonly JsonObject[]): Template[] {
  const own = listed(templates).flatMap(({ form }) => (form ? [asTemplate(form)] : []));
  return [...own, ...TEMPLATES];
}

export function asTemplate(form: Form): Template {
  const { id, name, greeting, instructions, questions, notice, max_seconds, retention, open_for } = form;
  return {
    id,
    name: name.trim() || words.unnamed,
    about: words.about(questions.filter(({ kind }) => kind !== 'section').length),
    greeting,
    instructions,
    questions,
    notice,
    max_seconds,
    retention: retention !== null && RETENTIONS.includes(retention) ? retention : 7 * DAY,
    open: open_for !== null && OPEN_FOR.includes(open_for) ? open_for : 7 * DAY,
  };
}

export function asForm(template: Omit<Template, 'about'>, id: string, name: string): Form {
  const { greeting, instructions, questions, notice, max_seconds, retention, open } = template;
  return {
    v: 1,
    id,
    name,
    greeting,
    instructions,
    questions,
    notice,
    max_seconds,
    retention,
    open_for: open,
    uses: null,
  };
}

export const blank = (id: string): Form =>
  asForm(
    {
      id,
      name: '',
      greeting: '',
      instructions: '',
      questions: [],
      notice: '',
      max_seconds: null,
      retention: 7 * DAY,
      open: 7 * DAY,
    },
    id,
    '',
  );

export function isBlank({ name, greeting, instructions, questions, notice }: Form): boolean {
  return questions.length === 0 && [name, greeting, instructions, notice].every((text) => text.trim() === '');
}

/** Ids are only names inside one vault; random, so that two desks do not choose the same. */
export function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(10));
  return `t-${[...bytes].map((byte) => (byte % 36).toString(36)).join('')}`;
}
