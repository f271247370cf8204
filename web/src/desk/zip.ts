/** What goes into the zip of "Save all": the files under their safe names, and the answers twice, for people and for programs. */
import type { Manifest } from '../sealed/answers.ts';
import type { Invitation } from '../sealed/invitation.ts';
import { desk as words } from '../text/en.ts';
import type { ZipWish } from '../transfer/desk.ts';
import { shownLine } from '../ui/shown.ts';
import { spoken } from '../ui/spoken.ts';
import { agreementOf } from './agreement.ts';
import { type Answered, answered } from './answers.ts';
import { distinctNames } from './file-name.ts';
import type { FileFacts } from './lists.ts';

export interface Told {
  readonly label: string;
  readonly invitation: Invitation;
  readonly manifest: Manifest;
  /** Seconds, and as people say it. */
  readonly receivedAt: number;
  readonly arrived: string;
  /** Seconds. */
  readonly erasesAt: number;
}

export const sizeOf = (files: readonly FileFacts[]): number => files.reduce((sum, { size }) => sum + size, 0);

export function zipWish(files: readonly FileFacts[], told: Told): ZipWish {
  const [page = '', data = '', ...names] = distinctNames([
    words.submission.zipAnswers.page,
    words.submission.zipAnswers.data,
    ...files.map(({ name }) => name),
  ]);
  const named = files.map(({ n }, i) => ({ n, name: names[i] ?? '' }));
  return {
    files: named,
    texts: [
      { name: page, text: asHtml(told) },
      { name: data, text: asJson(told, named) },
    ],
  };
}

/** One page that needs nothing else, and in which nothing that was sent is more than text. */
function asHtml({ label, invitation, manifest, arrived }: Told): string {
  const title = escaped(shownLine(label) || words.lists.noLabel);
  const sender = shownLine(manifest.sender);
  const agreement = agreementOf(invitation, manifest, 0);
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<title>${title}</title>
<style>
body { max-width: 40rem; margin: 3rem auto; padding: 0 1rem; font: 1rem/1.5 system-ui, sans-serif; color: #12302b; background: #faf8f4; }
dt { margin-top: 1.5rem; font-weight: 600; } dd { margin: 0; white-space: pre-wrap; } bdi { white-space: pre-line; } p, .none { color: #52665f; }
</style>
<h1>${title}</h1>
<p>${escaped(words.submission.arrived(arrived))}${sender === '' ? '' : `, ${escaped(words.submission.sender(sender))}`}</p>
<dl>
${answered(invitation, manifest).map(rowOf).join('\n')}
</dl>
${agreement === null ? '' : `<p>${escaped(agreement.heading)}\n<bdi>${escaped(agreement.text)}</bdi></p>\n`}</html>
`;
}

function rowOf({ question, answer, sort }: Answered): string {
  if (sort === 'section') return `<dt>${escaped(question)}</dt>`;
  const none = sort === 'file' ? words.submission.noFile : words.submission.unanswered;
  const said = answer === null ? `<dd class="none">${escaped(none)}</dd>` : `<dd>${escaped(answer)}</dd>`;
  return `<dt>${escaped(question)}</dt>${said}`;
}

/** In the shape of `dewdrop fetch`: docs/fetch.md. */
function asJson(told: Told, files: ZipWish['files']): string {
  const { label, invitation, manifest, receivedAt, erasesAt } = told;
  const { submission, link, sender, sent_at, consent } = manifest;
  const { notice, questions } = invitation;
  const answers = questions.flatMap((question) => {
    const answer = manifest.answers[question.id];
    const { id, kind, text } = question;
    return answer === undefined ? [] : [{ id, question: text, kind, answer, text: spoken(question, answer) }];
  });
  const stored = files.map(({ n, name: path }) => {
    const file = manifest.files.find((one) => one.n === n);
    if (!file) throw new TypeError('not a file of this submission');
    const { name, type, size, question } = file;
    const asked = questions.find(({ id }) => id === question)?.text ?? null;
    return { n, name, type, size, path, question, asked };
  });
  const [received_at, erases_at] = [receivedAt, erasesAt];
  const when = { sent_at, received_at, erases_at };
  const all = { submission, link, label, sender, ...when, notice, consent, answers, files: stored };
  return `${JSON.stringify(all, null, 2)}\n`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (mark) => ENTITIES[mark] ?? '');
}
