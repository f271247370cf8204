/** The page's side of the desk's worker. Locking ends the worker: what it held is gone with it. */
import type {
  Desk,
  DeskAccount,
  DeskLink,
  DeskSubmission,
  Destination,
  FileReading,
  LinkDraft,
  Listed,
  MadeLink,
  NewAccount,
  OpenedNotes,
  OpenedSubmission,
  RecoverySheet,
  Said,
  SavedFile,
  Saving,
  SavedTemplate,
  SavingProgress,
  Template,
  ZipWish,
} from './desk.ts';
import { SavingError } from './desk.ts';
import { type CallName, type Calls, type FromDesk, type ToDesk, received } from './desk/messages.ts';
import type { SubmissionId } from '../sealed/ids.ts';
import workerUrl from './desk.worker.ts?worker&url';
import { startWorker } from './trusted.ts';

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly progress: (progress: SavingProgress) => void;
}

export class DeskWorker implements Desk {
  #worker: Worker | null = null;
  #nextId = 1;
  #unlocked = false;
  readonly #waiting = new Map<number, Waiting>();
  readonly #readings = new Map<number, (why: SavingError) => void>();

  get unlocked(): boolean {
    return this.#unlocked;
  }

  beginSetUp = (account: NewAccount): Promise<RecoverySheet> => this.#call('beginSetUp', account);
  finishSetUp = (): Promise<DeskAccount> => this.#entering('finishSetUp');
  signIn = (name: string, passphrase: string): Promise<DeskAccount> =>
    this.#entering('signIn', name, passphrase);
  unlock = (passphrase: string): Promise<DeskAccount> => this.#entering('unlock', passphrase);
  recover = (name: string, sheet: string, passphrase: string): Promise<DeskAccount> =>
    this.#entering('recover', name, sheet, passphrase);
  changePassphrase = (current: string, next: string): Promise<DeskAccount> =>
    this.#entering('changePassphrase', current, next);
  recoverySheet = (host: string): Promise<RecoverySheet> => this.#call('recoverySheet', host);
  updateVault = (change: Parameters<Desk['updateVault']>[0]): Promise<DeskAccount> =>
    this.#call('updateVault', change);
  saveTemplate = (template: Template, before: Template | null, copied: string): Promise<SavedTemplate> =>
    this.#call('saveTemplate', template, before, copied);
  removeTemplate = (id: string): Promise<DeskAccount> => this.#call('removeTemplate', id);
  makeLink = (draft: LinkDraft, origin: string): Promise<MadeLink> => this.#call('makeLink', draft, origin);
  links = (origin: string): Promise<Listed<DeskLink>> => this.#call('links', origin);
  submissions = (): Promise<Listed<DeskSubmission>> => this.#call('submissions');
  open = (id: SubmissionId): Promise<OpenedSubmission> => this.#call('open', id);

  notes = (id: SubmissionId): Promise<OpenedNotes | null> => this.#call('notes', id);
  putNotes = (id: SubmissionId, said: Said, parts: readonly Blob[], etag: string | null): Promise<string> =>
    this.#call('putNotes', id, said, parts, etag);
  eraseNotes = (id: SubmissionId): Promise<void> => this.#call('eraseNotes', id);
  putReply = (id: SubmissionId, said: Said, parts: readonly Blob[]): Promise<void> =>
    this.#call('putReply', id, said, parts);
  eraseReply = (id: SubmissionId): Promise<void> => this.#call('eraseReply', id);

  save(
    submission: SubmissionId,
    n: number,
    progress: (progress: SavingProgress) => void,
    destination: Destination,
  ): Saving {
    return this.#saves(submission, n, progress, destination);
  }

  saveAll(
    submission: SubmissionId,
    wish: ZipWish,
    progress: (progress: SavingProgress) => void,
    destination: Destination,
  ): Saving {
    return this.#saves(submission, wish, progress, destination);
  }

  async read(submission: SubmissionId, n: number, failed: (why: SavingError) => void): Promise<FileReading> {
    const reading = this.#nextId++;
    this.#readings.set(reading, failed);
    const begun = this.#ask<number>({ kind: 'begin-reading', id: reading, submission, n }, nothing);
    const size = await begun.catch((error: unknown) => {
      this.#readings.delete(reading);
      throw error;
    });
    return {
      size,
      read: async (from, to) => {
        // Without it a worker would be started that knows of nothing.
        if (!this.#readings.has(reading)) throw new SavingError('locked');
        return this.#ask<Uint8Array>({ kind: 'read', id: this.#nextId++, reading, from, to }, nothing);
      },
      serve: (port, as) => this.#tell({ kind: 'serve', id: this.#nextId++, reading, port, ...as }, [port]),
      close: () => {
        this.#readings.delete(reading);
        this.#tell({ kind: 'end-reading', id: this.#nextId++, reading });
      },
    };
  }

  lock(): void {
    this.#worker?.terminate();
    this.#worker = null;
    this.#unlocked = false;
    this.#readings.clear();
    const left = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of left) reject(new SavingError('locked'));
  }

  async #entering(name: CallName, ...args: readonly unknown[]): Promise<DeskAccount> {
    const account = await this.#call<DeskAccount>(name, ...args);
    this.#unlocked = true;
    return account;
  }

  #call<Answer extends Awaited<ReturnType<Calls[CallName]>>>(
    name: CallName,
    ...args: readonly unknown[]
  ): Promise<Answer> {
    return this.#ask<Answer>({ kind: 'call', id: this.#nextId++, name, args: args.map(plain) }, nothing);
  }

  #saves(
    submission: SubmissionId,
    what: number | ZipWish,
    progress: (progress: SavingProgress) => void,
    destination: Destination,
  ): Saving {
    const id = this.#nextId++;
    const message = { kind: 'save', id, submission, what, destination } as const;
    const transfer = destination.to === 'port' ? [destination.port] : [];
    const done = this.#ask<Omit<SavedFile, 'discard'>>(message, progress, transfer);
    return {
      done: done.then((file) => ({
        ...file,
        discard: () => Promise.resolve(this.#tell({ kind: 'discard', id })),
      })),
      cancel: () => this.#tell({ kind: 'cancel', id }),
      pause: () => this.#tell({ kind: 'pause', id }),
      resume: () => this.#tell({ kind: 'resume', id }),
    };
  }

  #ask<Answer>(
    message: ToDesk,
    progress: (progress: SavingProgress) => void,
    transfer: Transferable[] = [],
  ): Promise<Answer> {
    return new Promise<Answer>((resolve, reject) => {
      this.#waiting.set(message.id, { resolve: resolve as (value: unknown) => void, reject, progress });
      this.#running().postMessage(message, transfer);
    });
  }

  /** To a worker that runs; one that is gone has nothing to cancel or discard. */
  #tell(message: ToDesk, transfer: Transferable[] = []): void {
    this.#worker?.postMessage(message, transfer);
  }

  #running(): Worker {
    if (this.#worker !== null) return this.#worker;
    const worker = startWorker(workerUrl, 'dewdrop desk');
    worker.onmessage = ({ data }: MessageEvent<FromDesk>) => this.#heard(data);
    worker.onerror = (event) => {
      event.preventDefault();
      this.lock();
    };
    this.#worker = worker;
    return worker;
  }

  #heard(message: FromDesk): void {
    const waiting = this.#waiting.get(message.id);
    if (message.kind === 'progress') {
      waiting?.progress(message.progress);
      return;
    }
    if (message.kind === 'reading-failed') {
      const why = received(message.error);
      if (why instanceof SavingError) this.#readings.get(message.id)?.(why);
      return;
    }
    this.#waiting.delete(message.id);
    if (message.kind === 'answer') waiting?.resolve(message.value);
    else waiting?.reject(received(message.error));
  }
}

const nothing = (): void => undefined;

/** A copy without what pages wrap their state in: a proxy can not be cloned. Blobs pass as they are. */
function plain(value: unknown): unknown {
  if (Array.isArray(value) && value.every((one) => one instanceof Blob)) return [...(value as Blob[])];
  return value === undefined ? value : (JSON.parse(JSON.stringify(value)) as unknown);
}
