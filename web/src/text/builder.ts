/** Every word where templates are kept and written. */
const count = (n: number, one: string, many: string): string => `${n} ${n === 1 ? one : many}`;

export const builder = {
  title: 'Templates',
  intro: 'What you ask again and again. A link takes a copy, so changing a template changes no link.',
  own: 'Yours',
  builtIn: 'Built in',
  none: 'None yet. Begin from nothing, from a file, or copy one that is built in.',
  unnamed: 'Without a name',
  about: (questions: number) =>
    questions === 0 ? 'No questions' : count(questions, 'question', 'questions'),
  newer: 'Made by a newer version. It is kept as it is; this version can not show it.',
  make: 'New template',
  import: 'Import a file',
  edit: (name: string) => `Change ${name}`,
  copy: 'Copy',
  copyNamed: (name: string) => `Copy ${name}`,
  copied: (name: string) => `${name}, copy`,
  keptBeside: (name: string) => `${name}, also changed here`,
  export: 'Export',
  remove: 'Take away',
  removed: (name: string) => `“${name}” is taken away.`,
  undo: 'Undo',
  removeFailed: 'It was not taken away. Try again.',
  wrongFile: {
    'too-large': 'That file is too large for a template. Nothing was changed.',
    json: 'That file is not a template, or was cut off on its way. Nothing was changed.',
    newer:
      'That template was made by a newer version of Dewdrop. Nothing was changed; update this server first.',
    malformed: 'That file is not a template of Dewdrop. Nothing was changed.',
    unreadable: 'That file could not be read. Choose it again. Nothing was changed.',
  },
  keptBoth: (name: string) =>
    `This template was changed on another device too. Both are kept; yours is now called “${name}”.`,

  name: 'Name',
  nameHint: 'Only you see it.',
  use: 'Ask with this template',
  saved: {
    saved: 'Saved',
    waiting: 'Saving',
    saving: 'Saving',
    failed: 'Not saved yet: the server does not answer. It goes on by itself; keep this page open.',
    'too-long': 'Not saved: that is more text than there is room for. Make it shorter.',
  },
  questions: 'Questions',
  preview: 'What they see',
  previewOf: (n: number, of: number) => `Screen ${n} of ${of}`,
  previewNone: 'Add a question, and it shows here as on a phone.',
  previewBack: 'Screen before',
  previewNext: 'Next screen',
  gone: 'This template is gone',
  goneText: 'It was taken away, here or on another device.',
  toList: 'To the templates',
};
