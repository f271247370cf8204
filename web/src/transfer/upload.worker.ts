/** The sender's worker: seals and sends one delivery, so that the page stays free and forgets nothing. */
import { toBase64url } from '../sealed/bytes.ts';
import { Control } from './control.ts';
import { Delivery, browserPorts } from './delivery.ts';
import { sendingError } from './failure.ts';
import { ProgressTally } from './progress.ts';
import type { SendingStart, SendingState } from './sending.ts';
import { forgetful } from './state.ts';
import type { FromUpload, ToUpload } from './upload-messages.ts';
import { scope } from './worker-scope.ts';

let phase: SendingState = 'preparing';
let control: Control | null = null;

const tell = (message: FromUpload) => {
  scope.postMessage(message);
};
const tally = new ProgressTally(
  (progress) => tell({ kind: 'progress', progress }),
  () => performance.now(),
);

function run(start: SendingStart): void {
  control = new Control(({ paused, waiting }) => {
    if (paused || waiting) tally.interrupted();
    tell({ kind: 'state', state: paused ? 'paused' : waiting ? 'waiting' : phase });
  });
  const events = {
    phase(now: SendingState) {
      phase = now;
      tell({ kind: 'state', state: now });
    },
    sizes: (totals: readonly number[]) => tally.sizes(totals),
    moved: (index: number, bytes: number) => tally.moved(index, bytes),
  };
  void aloneWith(start).then((alone) => {
    const ports = browserPorts(scope.location.origin);
    const store = alone ? ports.store : forgetful;
    return control && deliver(new Delivery(start, control, events, { ...ports, store }));
  });
}

/**
 * Two tabs may hold the same link: only the first goes on with what was begun, the other begins anew. The
 * lock is held until the worker ends. Browsers without locks are too old to have two such tabs often.
 */
function aloneWith({ parts }: SendingStart): Promise<boolean> {
  const { locks } = navigator as { locks?: LockManager };
  if (locks === undefined) return Promise.resolve(true);
  return new Promise((known) => {
    const name = `dewdrop ${toBase64url(parts.fingerprint)}`;
    locks
      .request(name, { ifAvailable: true }, (lock) => {
        known(lock !== null);
        return lock === null ? undefined : new Promise<void>(() => undefined);
      })
      .catch(() => known(true));
  });
}

async function deliver(delivery: Delivery): Promise<void> {
  try {
    const sent = await delivery.run();
    tell({ kind: 'state', state: 'sent' });
    tell({ kind: 'sent', sent });
  } catch (cause) {
    const error = sendingError(cause);
    if (error.reason === 'cancelled') await withinReason(delivery.cancel());
    const { reason, at, file } = error;
    tell({ kind: 'state', state: reason === 'cancelled' ? 'cancelled' : 'failed' });
    tell({ kind: 'failed', reason, at, file, detail: String(error.cause ?? '') });
  }
}

/** Who cancels does not wait for a network that is gone; the server forgets by itself what goes no further. */
function withinReason(work: Promise<void>): Promise<void> {
  const enough = new Promise<void>((resolve) => setTimeout(resolve, 5_000));
  return Promise.race([work.catch(() => undefined), enough]);
}

scope.onmessage = ({ data }) => {
  const message = data as ToUpload;
  if (message.kind === 'start') run(message.start);
  else control?.[message.kind]();
};
