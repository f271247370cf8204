/**
 * A form: what a template asks, as a file that can be carried from one desk to another, or given to
 * `dewdrop link --template`. Its JSON Schema is `docs/form.schema.json`.
 */
import { fromUtf8, utf8 } from './bytes.ts';
import { FormError, SealedError } from './errors.ts';
import { Fields, expectInteger, expectText, isObject, type JsonObject, parseObject } from './json.ts';
import { KINDS, type Question, readQuestions, wish } from './question.ts';

/** All but the questions may be left out of a file; then texts are "" and spans null. Seconds. */
export interface Form {
  readonly v: 1;
  readonly id: string;
  readonly name: string;
  readonly greeting: string;
  readonly instructions: string;
  readonly questions: readonly Question[];
  readonly notice: string;
  /** How long the film should be at most: a wish. */
  readonly max_seconds: number | null;
  /** How long what was sent is kept, and how long a link stays open. */
  readonly retention: number | null;
  readonly open_for: number | null;
  readonly uses: number | null;
}

/** Bytes. An invitation has room for a quarter of it; files are written with more space. */
export const MOST_FORM = 256 * 1024;
export const MOST_QUESTIONS = 60;
export const MOST_CHOICES = 200;

/** Throws FormError. */
export function readForm(file: Uint8Array): Form {
  if (file.length > MOST_FORM) throw new FormError('too-large');
  let loose: JsonObject;
  try {
    loose = parseObject(fromUtf8(file));
  } catch {
    throw new FormError('json');
  }
  return formIn(loose);
}

/** The form in an object that was read already, as a vault keeps them. Throws FormError. */
export function formIn(loose: JsonObject): Form {
  if (isNewer(loose)) throw new FormError('newer');
  try {
    return wellFormed(new Fields(loose));
  } catch (error) {
    if (error instanceof SealedError) throw new FormError('malformed');
    throw error;
  }
}

/** The file of a form, for people to read too. */
export function writeForm(form: Form): Uint8Array<ArrayBuffer> {
  const { max_seconds, retention, open_for, uses, ...texts } = form;
  const spans = Object.entries({ max_seconds, retention, open_for, uses }).filter(
    ([, value]) => value !== null,
  );
  return utf8(`${JSON.stringify({ ...texts, ...Object.fromEntries(spans) }, null, 2)}\n`);
}

function wellFormed(fields: Fields): Form {
  const text = (name: string) => (fields.raw(name) === undefined ? '' : fields.text(name));
  const id = text('id');
  if (!/^[a-z0-9-]{0,32}$/.test(id)) throw new FormError('malformed');
  const questions = readQuestions(fields);
  const many = questions.length > MOST_QUESTIONS;
  if (many || questions.some(({ choices }) => choices.length > MOST_CHOICES))
    throw new FormError('malformed');
  return {
    v: 1,
    id,
    name: text('name'),
    greeting: text('greeting'),
    instructions: text('instructions'),
    questions,
    notice: text('notice'),
    max_seconds: wish(fields).max_seconds ?? null,
    retention: within(fields, 'retention', 3600, 7 * 24 * 3600),
    open_for: within(fields, 'open_for', 3600, 30 * 24 * 3600),
    uses: within(fields, 'uses', 1, 100),
  };
}

function within(fields: Fields, name: string, least: number, most: number): number | null {
  const value = fields.nullable(name, expectInteger);
  if (value !== null && (value < least || value > most)) throw new FormError('malformed');
  return value;
}

/** Another version, or a kind that a later one may know. */
function isNewer({ v, questions }: JsonObject): boolean {
  if (v !== undefined && v !== 1) return true;
  return (
    Array.isArray(questions) &&
    questions.some((question: unknown) => {
      if (!isObject(question)) return false;
      return typeof question['kind'] === 'string' && !KINDS.includes(expectText(question['kind']));
    })
  );
}
