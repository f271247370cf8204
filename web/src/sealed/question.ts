/**
 * One question of an invitation or a form, and what makes it well-formed. Fields that are not known are
 * ignored, a kind that is not known is not: a question that can not be asked must not be skipped unseen.
 * `show_if` is kept free for questions that depend on others.
 */
import { MalformedError } from './errors.ts';
import { Fields, expectInteger, expectText } from './json.ts';

/**
 * choice: one of `choices` · choices: several of them · date: `YYYY-MM-DD` · scale: whole, 1 to 10 ·
 * section: a heading, nothing to answer · file: one file, whose entry in the manifest names the question
 */
export type QuestionKind =
  'short' | 'long' | 'yes-no' | 'choice' | 'choices' | 'number' | 'date' | 'scale' | 'section' | 'file';

export interface Choice {
  readonly id: string;
  readonly text: string;
}

/** The optional fields belong to one kind each and mean nothing for the others. */
export interface Question {
  /** `[a-z0-9-]{1,32}` */
  readonly id: string;
  readonly kind: QuestionKind;
  readonly text: string;
  readonly help: string;
  readonly required: boolean;
  readonly choices: readonly Choice[];
  /** Of a number: the least and the most it may be, and what stands behind it. */
  readonly min?: number;
  readonly max?: number;
  readonly unit?: string;
  /** Of a scale: what 1 and 10 mean. */
  readonly low?: string;
  readonly high?: string;
  /** Of a file: a hint for the phone's picker, not a promise. */
  readonly takes?: 'video' | 'picture';
  /** Of a file that is a video: how long it should be at most, in seconds. A wish; a longer one is sent too. */
  readonly max_seconds?: number;
}

export const KINDS: readonly string[] = [
  'short',
  'long',
  'yes-no',
  'choice',
  'choices',
  'number',
  'date',
  'scale',
  'section',
  'file',
] satisfies QuestionKind[];

/** The longest that a film can be asked to be. */
const MOST_SECONDS = 24 * 3600;

/** Whether something is to be answered, or a file to be given. */
export const asks = ({ kind }: Question): boolean => kind !== 'section';

/** Questions with names of their own. Throws MalformedError. */
export function readQuestions(fields: Fields): readonly Question[] {
  const questions = fields.list('questions', readQuestion);
  refuseTwice(questions);
  return questions;
}

function readQuestion(value: unknown): Question {
  const fields = new Fields(value);
  const kind = fields.text('kind');
  if (!isKind(kind)) throw new MalformedError('field');
  const choices = fields.list('choices', readChoice);
  refuseTwice(choices);
  const question = {
    id: readName(fields),
    kind,
    text: fields.text('text'),
    help: fields.text('help'),
    required: fields.flag('required'),
    choices,
    ...optional('min', fields.nullable('min', expectNumber)),
    ...optional('max', fields.nullable('max', expectNumber)),
    ...optional('unit', fields.nullable('unit', expectText)),
    ...optional('low', fields.nullable('low', expectText)),
    ...optional('high', fields.nullable('high', expectText)),
    ...optional('takes', fields.nullable('takes', expectTakes)),
    ...wish(fields),
  };
  if (!isWellFormed(question)) throw new MalformedError('field');
  return question;
}

function isWellFormed({ kind, choices, required, min, max }: Question): boolean {
  if ((kind === 'choice' || kind === 'choices') !== choices.length > 0) return false;
  if (kind === 'section' && required) return false;
  return min === undefined || max === undefined || min <= max;
}

/** How long a film should be at most, where anything is said of it: a second to a day. */
export function wish(fields: Fields): { max_seconds?: number } {
  const seconds = fields.nullable('max_seconds', expectInteger);
  if (seconds !== null && (seconds < 1 || seconds > MOST_SECONDS)) throw new MalformedError('field');
  return optional('max_seconds', seconds);
}

/** A field that is there or not, in the order in which both languages write it. */
function optional<Name extends string, T>(name: Name, value: T | null): { [key in Name]?: T } {
  return (value === null ? {} : { [name]: value }) as { [key in Name]?: T };
}

function readChoice(value: unknown): Choice {
  const fields = new Fields(value);
  return { id: readName(fields), text: fields.text('text') };
}

function readName(fields: Fields): string {
  const id = fields.text('id');
  if (!/^[a-z0-9-]{1,32}$/.test(id)) throw new MalformedError('field');
  return id;
}

function expectNumber(value: unknown): number {
  if (typeof value !== 'number') throw new MalformedError('field');
  return value;
}

function expectTakes(value: unknown): 'video' | 'picture' {
  if (value !== 'video' && value !== 'picture') throw new MalformedError('field');
  return value;
}

function isKind(kind: string): kind is QuestionKind {
  return KINDS.includes(kind);
}

function refuseTwice(named: readonly { readonly id: string }[]): void {
  if (new Set(named.map(({ id }) => id)).size !== named.length) throw new MalformedError('field');
}
