/**
 * Text from elsewhere (names, questions, answers) as it is put on screen: control characters become a
 * visible sign, marks that turn the reading direction go. Pages put it into <bdi>, so that a
 * right-to-left name can not reorder what stands around it.
 */
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\ufff9-\ufffb]/g;
const LINES = /[\n\t\u2028\u2029]+/g;
const DIRECTION = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** One line. */
export function shownLine(text: string): string {
  return shownText(text).replaceAll(LINES, ' ').trim();
}

/** Several lines; line ends are kept. */
export function shownText(text: string): string {
  return text.replaceAll('\r\n', '\n').replaceAll(DIRECTION, '').replaceAll(CONTROLS, '\ufffd');
}

/** A name inside a sentence: one line, isolated by Unicode's own marks where no <bdi> can stand. */
export function isolated(text: string): string {
  return `\u2068${shownLine(text)}\u2069`;
}
