/** The desk's one worker. The vault identity lives in its memory and never leaves it but on a recovery sheet. */
import * as api from '../api/desk.ts';
import { Account } from './desk/account.ts';
import { Links } from './desk/links.ts';
import { type Calls, type FromDesk, type ToDesk, passed } from './desk/messages.ts';
import { NATURE, Readings } from './desk/readings.ts';
import { Reviews } from './desk/reviews.ts';
import { Savings } from './desk/savings.ts';
import { sweepSaved } from './desk/sink.ts';
import { Submissions } from './desk/submissions.ts';
import { removeTemplate, saveTemplate } from './desk/templates.ts';
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

const savings = new Savings({ getFilePart: api.getFilePart }, submissions, tell);
const readings = new Readings({ getFilePart: api.getFilePart, nature: NATURE }, submissions, tell);

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
  switch (message.kind) {
    case 'save':
      return answer(message.id, savings.save(message));
    case 'cancel':
    case 'pause':
    case 'resume':
      return savings.control(message.id)?.[message.kind]();
    case 'discard':
      return void savings.discard(message.id);
    case 'begin-reading':
      return answer(message.id, readings.begin(message));
    case 'read':
      return answer(message.id, readings.read(message));
    case 'serve':
      return readings.serve(message);
    case 'end-reading':
      return readings.end(message.reading);
    case 'call': {
      const call = calls[message.name] as (...args: readonly unknown[]) => Promise<unknown>;
      return answer(message.id, call(...message.args));
    }
  }
};

void sweepSaved().catch(() => undefined);
