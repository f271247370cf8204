/**
 * The sender's worker: seals and sends one delivery, so that the page stays free and forgets nothing. The
 * sealing workers that it starts run this script too, under their own name: it is fetched and kept once.
 */
import { takeAlone } from './alone.ts';
import { Control } from './control.ts';
import { Delivery, browserPorts } from './delivery.ts';
import { sendingError } from './failure.ts';
import { ProgressTally } from './progress.ts';
import { runSealer } from './sealer-worker.ts';
import { SEALER } from './sealers.ts';
import { SendingError, type SendingStart, type SendingState } from './sending.ts';
import type { Failure, FromUpload, ToUpload } from './upload-messages.ts';
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

async function run(start: SendingStart): Promise<void> {
  if (!(await takeAlone(start.parts))) return fail(new SendingError('elsewhere'));
  control = new Control(({ paused, waiting }) => {
    if (paused || waiting) tally.interrupted();
    const state = paused ? 'paused' : waiting ? 'waiting' : phase;
    tell({ kind: 'state', state, waitingFor: state === 'waiting' ? 'network' : null });
  });
  const events = {
    phase(now: SendingState) {
      phase = now;
      tell({ kind: 'state', state: now, waitingFor: null });
    },
    sizes: (totals: readonly number[]) => tally.sizes(totals),
    moved: (index: number, bytes: number) => tally.moved(index, bytes),
  };
  await deliver(new Delivery(start, control, events, browserPorts(scope.location.origin)));
}

async function deliver(delivery: Delivery): Promise<void> {
  try {
    const sent = await delivery.run();
    tell({ kind: 'state', state: 'sent', waitingFor: null });
    tell({ kind: 'sent', sent });
  } catch (cause) {
    const error = sendingError(cause);
    if (error.reason === 'cancelled') await withinReason(delivery.cancel());
    fail(error);
  }
}

function fail(error: SendingError): void {
  const state = error.reason === 'cancelled' ? 'cancelled' : 'failed';
  tell({ kind: 'state', state, waitingFor: null });
  tell({ kind: 'failed', ...failureOf(error) });
}

function failureOf({ reason, at, file, cause }: SendingError): Failure {
  return { reason, at, file, detail: String(cause ?? '') };
}

/** Who cancels does not wait for a network that is gone; the server forgets by itself what goes no further. */
function withinReason(work: Promise<void>): Promise<void> {
  const enough = new Promise<void>((resolve) => setTimeout(resolve, 5_000));
  return Promise.race([work.catch(() => undefined), enough]);
}

const listen = ({ data }: MessageEvent<unknown>) => {
  const message = data as ToUpload;
  switch (message.kind) {
    case 'start':
      return void run(message.start);
    case 'continue':
      return fail(new SendingError('not-kept'));
    case 'change':
      return tell({ kind: 'changed', id: message.id, failure: failureOf(new SendingError('too-late')) });
    default:
      control?.[message.kind]();
  }
};

if (scope.name === SEALER) runSealer(scope);
else scope.onmessage = listen;
