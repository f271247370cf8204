/** From what the worker opened to the rows of the two lists. Whatever was refused keeps no name, no label. */
import type { DeskLink, DeskSubmission, OpenedSubmission } from '../transfer/desk.ts';
import { type Because, becauseOf } from './failure.ts';
import { cleanName, distinctNames } from './file-name.ts';
import type { FileFacts, Received, Waiting } from './lists.ts';

/** What opening a submission gave; absent while it has not been opened yet. */
export type Inside =
  { opened: OpenedSubmission; refused?: undefined } | { opened?: undefined; refused: Because };

/** `fallback` names a file whose own name has nothing left after cleaning. */
export function receivedFrom(
  listed: DeskSubmission,
  inside: Inside | undefined,
  fallback: (n: number) => string,
): Received {
  const { record } = listed;
  const refused = cardRefused(listed.refusal) ?? inside?.refused ?? null;
  const opened = refused === null ? inside?.opened : undefined;
  return {
    id: record.id,
    link: record.link,
    label: refused === null ? (listed.label ?? '') : '',
    receivedAt: record.received_at,
    expiresAt: record.expires_at,
    openedAt: record.opened_at,
    notesVersion: record.notes?.version ?? null,
    ...replyFrom(record.reply),
    files: opened ? filesOf(opened, record, fallback) : [],
    count: Object.keys(record.files).length,
    saved: Object.values(record.files).filter((file) => file.saved_at !== null).length,
    answers: opened ? Object.keys(opened.manifest.answers).length : 0,
    refused,
    asked: record.asked,
    known: opened !== undefined || refused !== null,
  };
}

function replyFrom(reply: DeskSubmission['record']['reply']): Pick<Received, 'repliedAt' | 'replyErasedAt'> {
  const erased = reply?.erased_at ?? null;
  return {
    repliedAt: erased === null ? (reply?.replied_at ?? null) : null,
    replyErasedAt: reply?.by === 'sender' ? erased : null,
  };
}

/** In the sender's order, under names that can be saved side by side. */
export function filesOf(
  opened: OpenedSubmission,
  record: OpenedSubmission['record'],
  fallback: (n: number) => string,
): FileFacts[] {
  const { files } = opened.manifest;
  const names = distinctNames(files.map((file, i) => cleanName(file.name, fallback(i + 1))));
  return files.map((file, i) => ({
    n: file.n,
    name: names[i] ?? fallback(i + 1),
    size: file.size,
    type: file.type,
    question: file.question,
    savedAt: record.files[String(file.n)]?.saved_at ?? null,
  }));
}

export function waitingFrom(link: DeskLink): Waiting {
  const { record } = link;
  return {
    id: record.id,
    label: link.label ?? '',
    template: link.template ?? '',
    state: record.state,
    url: link.url,
    createdAt: record.created_at,
    closesAt: record.closes_at,
    endedAt: record.ended_at,
    uses: record.uses,
    usesLeft: record.uses_left,
    retention: record.retention,
    receiving: record.receiving.map(({ submission, received, size }) => ({ submission, received, size })),
    refused: cardRefused(link.refusal),
  };
}

/** In a list only the card can be refused, be it for what it says or because it is none. */
function cardRefused(refusal: DeskLink['refusal']): Because | null {
  if (refusal === null) return null;
  return becauseOf(refusal) === 'link' ? 'link' : 'card';
}
