/** The page's side of a delivery: starts the worker, passes on what it says, tells it when the network is back. */
import type { LinkParts } from '../sealed/link.ts';
import {
  type PickedFile,
  type Sending,
  SendingError,
  type SendingEvents,
  type SendingStart,
  type Sent,
} from './sending.ts';
import { Heard } from './heard.ts';
import { startWorker } from './trusted.ts';
import type { Unfinished } from './unfinished.ts';
import type { Failure, FromUpload, ToUpload } from './upload-messages.ts';
import workerUrl from './upload.worker.ts?worker&url';

export type { Sending, SendingEvents, SendingStart, Sent };

/** Fetched and started with this module, while the person still reads; each delivery takes one of its own. */
let ready: Worker | null = prepared();

/** `whenBack` calls when page or network are back, until what it returns is called. */
export function startSending(
  start: SendingStart,
  events: SendingEvents,
  whenBack: (wake: () => void) => () => void,
): Sending {
  return run({ kind: 'start', start: plain(start) }, events, whenBack);
}

/** Goes on with what this browser began; nothing is picked, neither link nor invitation are fetched. */
export function continueSending(
  { parts }: Unfinished,
  events: SendingEvents,
  whenBack: (wake: () => void) => () => void,
): Sending {
  return run({ kind: 'continue', parts: plainParts(parts) }, events, whenBack);
}

function run(first: ToUpload, events: SendingEvents, whenBack: (wake: () => void) => () => void): Sending {
  let worker: Worker;
  try {
    worker = ready ?? started();
    ready = null;
  } catch (cause) {
    return failed(new SendingError('no-worker', { cause }));
  }
  const line = new Heard<ToUpload, FromUpload>(worker, started);
  const leave = whenBack(() => line.tell({ kind: 'wake' }));
  const changes = new Changes();

  const done = new Promise<Sent>((resolve, reject) => {
    const says = (data: FromUpload) => {
      if (data.kind === 'state') events.state(data.state, data.waitingFor);
      else if (data.kind === 'progress') events.progress(data.progress);
      else if (data.kind === 'safe') events.safe(data.safe);
      else if (data.kind === 'changed') changes.settle(data.id, data.failure && errorOf(data.failure));
      else if (data.kind === 'sent') resolve(data.sent);
      else reject(errorOf(data));
    };
    const fails = (cause: string) => reject(new SendingError('no-worker', { cause }));
    line.hears(says, fails);
  }).finally(() => {
    leave();
    line.end();
  });
  // Whatever ends the delivery ends the changes that wait for their answer.
  done.then(
    () => changes.end(new SendingError('too-late')),
    (error: unknown) => changes.end(error),
  );

  line.tell(first);
  return {
    done,
    pause: () => line.tell({ kind: 'pause' }),
    resume: () => line.tell({ kind: 'resume' }),
    cancel: async () => {
      line.tell({ kind: 'cancel' });
      await done.then(
        () => undefined,
        () => undefined,
      );
    },
    change: (add, remove) =>
      changes.begin((id) => line.tell({ kind: 'change', id, add: add.map(plainFile), remove: [...remove] })),
  };
}

/** Changes of files that the worker has not answered yet. */
class Changes {
  #next = 0;
  #ended: { error: unknown } | null = null;
  readonly #waiting = new Map<number, { resolve: () => void; reject: (error: unknown) => void }>();

  begin(tell: (id: number) => void): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#ended !== null) return reject(this.#ended.error as Error);
      const id = this.#next++;
      this.#waiting.set(id, { resolve, reject });
      tell(id);
    });
  }

  settle(id: number, error: SendingError | null): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error === null) waiting?.resolve();
    else waiting?.reject(error);
  }

  end(error: unknown): void {
    this.#ended = { error };
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}

function started(): Worker {
  return startWorker(workerUrl, 'dewdrop upload');
}

/** A worker that fails here is not reported: the delivery that needs one tries again, and says so. */
function prepared(): Worker | null {
  try {
    const worker = started();
    worker.onerror = (event) => {
      event.preventDefault();
      if (ready === worker) ready = null;
    };
    return worker;
  } catch {
    return null;
  }
}

/** Only what the worker needs, so that nothing a page wraps its state in has to be cloned. */
function plain({ parts, link, files, answers, consent, sender }: SendingStart): SendingStart {
  return {
    parts: plainParts(parts),
    link: { ...link },
    files: files.map(plainFile),
    answers: { ...answers },
    consent: consent && { ...consent },
    sender,
  };
}

function plainParts({ secret, fingerprint }: LinkParts): LinkParts {
  return { secret, fingerprint };
}

function plainFile({ file, question, patches = [] }: PickedFile): PickedFile {
  return { file, question, patches: patches.map(({ at, bytes }) => ({ at, bytes })) };
}

function errorOf({ reason, at, file, detail }: Failure): SendingError {
  return new SendingError(reason, { at, file, cause: detail });
}

function failed(error: SendingError): Sending {
  const done = Promise.reject(error);
  done.catch(() => undefined);
  return {
    done,
    pause: () => undefined,
    resume: () => undefined,
    cancel: () => Promise.resolve(),
    change: () => Promise.reject(error),
  };
}
