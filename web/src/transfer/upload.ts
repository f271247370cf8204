/** The page's side of a delivery: starts the worker, passes on what it says, tells it when the network is back. */
import {
  type PickedFile,
  type Sending,
  SendingError,
  type SendingEvents,
  type SendingStart,
  type Sent,
} from './sending.ts';
import { startWorker } from './trusted.ts';
import type { FromUpload, ToUpload } from './upload-messages.ts';
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
  let worker: Worker;
  try {
    worker = ready ?? startWorker(workerUrl, 'dewdrop upload');
    ready = null;
  } catch (cause) {
    return failed(new SendingError('no-worker', { cause }));
  }
  const tell = (message: ToUpload) => {
    worker.postMessage(message);
  };
  const leave = whenBack(() => {
    tell({ kind: 'wake' });
  });

  const done = new Promise<Sent>((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<FromUpload>) => {
      if (data.kind === 'state') events.state(data.state);
      else if (data.kind === 'progress') events.progress(data.progress);
      else if (data.kind === 'sent') resolve(data.sent);
      else reject(new SendingError(data.reason, { at: data.at, file: data.file, cause: data.detail }));
    };
    worker.onerror = (event) => {
      event.preventDefault();
      reject(new SendingError('no-worker', { cause: event.message }));
    };
  }).finally(() => {
    leave();
    worker.terminate();
  });

  tell({ kind: 'start', start: plain(start) });
  return {
    done,
    pause: () => tell({ kind: 'pause' }),
    resume: () => tell({ kind: 'resume' }),
    cancel: async () => {
      tell({ kind: 'cancel' });
      await done.then(
        () => undefined,
        () => undefined,
      );
    },
  };
}

/** A worker that fails here is not reported: the delivery that needs one tries again, and says so. */
function prepared(): Worker | null {
  try {
    const worker = startWorker(workerUrl, 'dewdrop upload');
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
    parts: { secret: parts.secret, fingerprint: parts.fingerprint },
    link: { ...link },
    files: files.map(({ file, question }: PickedFile) => ({ file, question })),
    answers: { ...answers },
    consent: consent && { ...consent },
    sender,
  };
}

function failed(error: SendingError): Sending {
  const done = Promise.reject(error);
  done.catch(() => undefined);
  return { done, pause: () => undefined, resume: () => undefined, cancel: () => Promise.resolve() };
}
