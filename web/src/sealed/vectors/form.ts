import type { Question } from '../question.ts';

const asked = (id: string, kind: string, more: object = {}) => ({
  id,
  kind,
  text: `${id}?`,
  help: '',
  required: false,
  choices: [],
  ...more,
});
const choices = (...ids: string[]) => ({ choices: ids.map((id) => ({ id, text: id.toUpperCase() })) });

/** One question of each kind, with everything a kind can have. */
export const EVERY_KIND = [
  asked('about', 'section', { text: 'About you', help: 'Only what matters for training.' }),
  asked('name', 'short', { required: true }),
  asked('goal', 'long', { help: 'By when?' }),
  asked('pain', 'yes-no', { required: true }),
  asked('side', 'choice', choices('left', 'right')),
  asked('days', 'choices', choices('mon', 'wed', 'fri')),
  asked('weight', 'number', { min: 20, max: 300.5, unit: 'kg' }),
  asked('born', 'date'),
  asked('effort', 'scale', { low: 'easy', high: 'not one more', required: true }),
  asked('front', 'file', { takes: 'picture', required: true }),
  asked('set', 'file', { takes: 'video', max_seconds: 60 }),
] as unknown as readonly Question[];

const FORM = {
  v: 1,
  id: 'progress',
  name: 'Progress pictures',
  greeting: 'Hello 🌱',
  instructions: 'Same light each time.',
  questions: EVERY_KIND,
  notice: 'I agree.',
  max_seconds: 90,
  retention: 604_800,
  open_for: 86_400,
  uses: 2,
};

const withQuestion = (question: object) => ({ ...FORM, questions: [question] });

export function formVectors() {
  const taken = (name: string, form: object) => ({ name, json: JSON.stringify(form) });
  const refused = (name: string, json: object | string, reason: string, more: object = {}) => ({
    name,
    json: typeof json === 'string' ? json : JSON.stringify(json),
    refused: reason,
    ...more,
  });
  /** What a schema can not say; only the two readers refuse it. */
  const beyond = { schema_takes_it: true };
  return {
    cases: [
      taken('every kind of question', FORM),
      taken('questions alone', { questions: [] }),
      taken('fields that are not known', {
        v: 1,
        later: { v: 2 },
        questions: [asked('a', 'short', { show_if: { question: 'b' }, later: 1 })],
      }),
      taken('the fields of another kind', withQuestion(asked('a', 'short', { min: 5, max: 6, low: 'x' }))),
      taken('null where nothing is said', {
        ...withQuestion(asked('a', 'number', { min: null, unit: null, takes: null, max_seconds: null })),
        retention: null,
        max_seconds: null,
      }),
      taken('sixty questions', {
        v: 1,
        questions: Array.from({ length: 60 }, (_, i) => asked(`q${String(i)}`, 'short')),
      }),
      taken(
        'two hundred choices',
        withQuestion(
          asked('a', 'choice', choices(...Array.from({ length: 200 }, (_, i) => `c${String(i)}`))),
        ),
      ),
      refused('version 2', { ...FORM, v: 2 }, 'newer'),
      refused('a version that is text', { ...FORM, v: '1' }, 'newer'),
      refused('a kind that is not known', withQuestion(asked('a', 'signature')), 'newer'),
      refused('no questions', { v: 1, name: 'Empty' }, 'malformed'),
      refused('questions that are no list', { v: 1, questions: {} }, 'malformed'),
      refused('a name that is a number', { ...FORM, name: 7 }, 'malformed'),
      refused('an id in capitals', withQuestion(asked('Front', 'short')), 'malformed'),
      refused('an id of 33 characters', withQuestion(asked('a'.repeat(33), 'short')), 'malformed'),
      refused("a template's id with a space", { ...FORM, id: 'my form' }, 'malformed'),
      refused(
        'a question without help',
        { v: 1, questions: [{ ...FORM.questions[1], help: undefined }] },
        'malformed',
      ),
      refused('a choice without choices', withQuestion(asked('a', 'choice')), 'malformed'),
      refused('several of no choices', withQuestion(asked('a', 'choices')), 'malformed'),
      refused('a date with choices', withQuestion(asked('a', 'date', choices('b'))), 'malformed'),
      refused(
        'a choice without words',
        withQuestion(asked('a', 'choice', { choices: [{ id: 'b' }] })),
        'malformed',
      ),
      refused(
        'a section that must be answered',
        withQuestion(asked('a', 'section', { required: true })),
        'malformed',
      ),
      refused('required as text', withQuestion(asked('a', 'short', { required: 'yes' })), 'malformed'),
      refused('a least that is text', withQuestion(asked('a', 'number', { min: '1' })), 'malformed'),
      refused('a unit that is a number', withQuestion(asked('a', 'number', { unit: 1 })), 'malformed'),
      refused(
        'a file of a sort that is not known',
        withQuestion(asked('a', 'file', { takes: 'scent' })),
        'malformed',
      ),
      refused('a film of no time', { ...FORM, max_seconds: 0 }, 'malformed'),
      refused('a film longer than a day', { ...FORM, max_seconds: 86_401 }, 'malformed'),
      refused('a length that is text', { ...FORM, max_seconds: '60' }, 'malformed'),
      refused(
        'a film of half a second asked for',
        withQuestion(asked('a', 'file', { takes: 'video', max_seconds: 0.5 })),
        'malformed',
      ),
      refused(
        'a film of two days asked for',
        withQuestion(asked('a', 'file', { takes: 'video', max_seconds: 172_800 })),
        'malformed',
      ),
      taken('a film of a whole day', {
        ...withQuestion(asked('a', 'file', { takes: 'video', max_seconds: 1 })),
        max_seconds: 86_400,
      }),
      refused('kept for a year', { ...FORM, retention: 31_536_000 }, 'malformed'),
      refused('open for a minute', { ...FORM, open_for: 60 }, 'malformed'),
      refused('used half a time', { ...FORM, uses: 0.5 }, 'malformed'),
      refused('used a hundred and one times', { ...FORM, uses: 101 }, 'malformed'),
      refused(
        'sixty-one questions',
        {
          v: 1,
          questions: Array.from({ length: 61 }, (_, i) => asked(`q${String(i)}`, 'short')),
        },
        'malformed',
      ),
      refused(
        'two hundred and one choices',
        withQuestion(
          asked('a', 'choice', choices(...Array.from({ length: 201 }, (_, i) => `c${String(i)}`))),
        ),
        'malformed',
      ),
      refused('a list', '[]', 'json'),
      refused(
        'two questions of one name',
        { v: 1, questions: [asked('a', 'short'), asked('a', 'long')] },
        'malformed',
        beyond,
      ),
      refused(
        'two choices of one name',
        withQuestion(asked('a', 'choice', choices('b', 'b'))),
        'malformed',
        beyond,
      ),
      refused(
        'a least above the most',
        withQuestion(asked('a', 'number', { min: 2, max: 1 })),
        'malformed',
        beyond,
      ),
      refused('a field twice', '{"v":1,"questions":[],"questions":[]}', 'json', beyond),
      refused('no JSON', '{"v":1,', 'json', { no_json: true }),
    ],
    /** Answers to the form above: whether each fits its question. */
    answers: [
      ['name', 'Ada', true],
      ['name', 7, false],
      ['goal', 'two\nlines', true],
      ['goal', ['x'], false],
      ['pain', false, true],
      ['pain', 'no', false],
      ['side', 'left', true],
      ['side', 'LEFT', false],
      ['side', ['left'], false],
      ['days', ['mon', 'fri'], true],
      ['days', ['mon'], true],
      ['days', [], false],
      ['days', ['fri', 'mon'], false],
      ['days', ['mon', 'mon'], false],
      ['days', ['mon', 'sun'], false],
      ['days', 'mon', false],
      ['weight', 82.5, true],
      ['weight', 20, true],
      ['weight', 300.5, true],
      ['weight', 19.9, false],
      ['weight', 301, false],
      ['weight', '82', false],
      ['born', '1990-04-01', true],
      ['born', '2024-02-29', true],
      ['born', '2000-02-29', true],
      ['born', '1900-02-29', false],
      ['born', '2023-02-29', false],
      ['born', '2023-04-31', false],
      ['born', '2023-13-01', false],
      ['born', '0000-01-01', false],
      ['born', '1990-4-1', false],
      ['born', '1990-04-01T00:00', false],
      ['born', '١٩٩٠-٠٤-٠١', false],
      ['born', '', false],
      ['effort', 1, true],
      ['effort', 10, true],
      ['effort', 0, false],
      ['effort', 11, false],
      ['effort', 7.5, false],
      ['effort', '7', false],
      ['about', 'x', false],
      ['front', 'front.jpg', false],
      ['front', true, false],
    ].map(([question, answer, fits]) => ({
      name: `${String(question)}: ${JSON.stringify(answer)}`,
      question,
      answer,
      fits,
    })),
  };
}
