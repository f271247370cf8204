/** The desk's one worker. The vault identity lives in its memory and never leaves it but on a recovery sheet. */
import * as api from '../api/desk.ts';
import { Account } from './desk/account.ts';
import { Links } from './desk/links.ts';
import { type Calls, type FromDesk, type ToDesk, passed } from './desk/messages.ts';
import { Reviews } from './desk/reviews.ts';
import { save } from './desk/saving.ts';
import { type Sink, newSink, sweepSaved } from './desk/sink.ts';
import { Submissions } from './desk/submissions.ts';
import { removeTemplate, saveTemplate } from './desk/templates.ts';
import { SavingError, type SavingProgress } from './desk.ts';
import { scope } from './worker-scope.ts';

const account = new Account(api);
const links = new Links(api, account);
const submissions = new Submissions(api, account, links);
const reviews = new Reviews(api, submissions, () => Math.floor(Date.now() / 1000));

const calls: Calls = {
  beginSetUp: (wanted) => account.beginSetUp(wanted),
  finishSetUp: () => account.finishSetUp(),
  signIn: (name, passphrase) => account.signIn(name, passphrase),
  unlock: (passphrase) => account.unlock(passphrase),
  recover: (name, sheet, passphrase) => account.recover(name, sheet, passphrase),
  changePassphrase: (current, next) => account.changePassphrase(current, next),
  recoverySheet: (host) => Promise.resolve().then(() => account.recoverySheet(host)),
  updateVault: (change) => account.updateVault(change),
  saveTemplate: (template, before, copied) => saveTemplate(account, template, before, copied),
  removeTemplate: (id) => removeTemplate(account, id),
  makeLink: (draft, origin) => links.make(draft, origin),
  links: (origin) => links.list(origin),
  submissions: () => submissions.list(),
  open: (id) => submissions.open(id),
  notes: (id) => reviews.notes(id),
  putNotes: (id, said, parts, etag) => reviews.putNotes(id, said, parts, etag),
  eraseNotes: (id) => reviews.eraseNotes(id),
  putReply: (id, said, parts) => reviews.putReply(id, said, parts),
  eraseReply: (id) => reviews.eraseReply(id),
};

const savings = new Map<number, AbortController>();
const saved = new Map<number, Sink>();

const ports = {
  getFilePart: api.getFilePart,
  sleep: (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds)),
};

async function saveFile({ id, submission, n }: Extract<ToDesk, { kind: 'save' }>): Promise<unknown> {
  const file = submissions.file(submission, n);
  if (file === null) throw new SavingError('not-opened');
  const ending = new AbortController();
  savings.set(id, ending);
  try {
    const sink = await newSink(file.entry.size);
    const blob = await save(file, sink, ports, throttled(id), ending.signal);
    saved.set(id, sink);
    return { blob, name: file.entry.name, type: file.entry.type };
  } finally {
    savings.delete(id);
  }
}

/** Ten times a second is what a person can see; the last one is always told. */
function throttled(id: number): (progress: SavingProgress) => void {
  let toldAt = -Infinity;
  return (progress) => {
    if (performance.now() - toldAt < 100 && progress.opened < progress.total) return;
    toldAt = performance.now();
    tell({ kind: 'progress', id, progress });
  };
}

async function discard(id: number): Promise<void> {
  const sink = saved.get(id);
  saved.delete(id);
  await sink?.discard();
}

function tell(message: FromDesk): void {
  scope.postMessage(message);
}

function answer(id: number, value: Promise<unknown>): void {
  value.then(
    (done) => tell({ kind: 'answer', id, value: done }),
    (error: unknown) => tell({ kind: 'error', id, error: passed(error) }),
  );
}

scope.onmessage = ({ data }) => {
  const message = data as ToDesk;
  if (message.kind === 'save') answer(message.id, saveFile(message));
  else if (message.kind === 'cancel') savings.get(message.id)?.abort();
  else if (message.kind === 'discard') void discard(message.id);
  else if (message.kind === 'call') {
    const call = calls[message.name] as (...args: readonly unknown[]) => Promise<unknown>;
    answer(message.id, call(...message.args));
  }
};

void sweepSaved().catch(() => undefined);
