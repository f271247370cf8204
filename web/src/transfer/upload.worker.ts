/**
 * The sender's worker: seals and sends one delivery, so that the page stays free and forgets nothing. The
 * sealing workers that it starts run this script too, under their own name: it is fetched and kept once.
 */
import type { LinkParts } from '../sealed/link.ts';
import { takeAlone } from './alone.ts';
import { type Beginning, beginSending, takeUp } from './begin.ts';
import { Control } from './control.ts';
import { type Delivery, type DeliveryEvents, deliver } from './delivery.ts';
import { sendingError } from './failure.ts';
import { type Ports, browserPorts } from './ports.ts';
import { ProgressTally } from './progress.ts';
import { type PickedFile, SendingError, type SendingReason, type SendingState } from './sending.ts';
import { runSealer } from './sealer-worker.ts';
import { SEALER, Sealers } from './sealers.ts';
import type { Failure, FromUpload, ToUpload } from './upload-messages.ts';
import { scope } from './worker-scope.ts';

/** After these nothing can go on: nothing is kept. */
const ENDS: readonly SendingReason[] = [
  'link-spent',
  'link-closed',
  'link-expired',
  'link-erased',
  'not-available',
];

/** Started with this worker, while the person still reads. */
const sealers = scope.name === SEALER ? null : new Sealers();
let phase: SendingState = 'preparing';
let control: Control | null = null;
let delivery: Delivery | null = null;

const tell = (message: FromUpload) => {
  scope.postMessage(message);
};
const tally = new ProgressTally(
  (progress) => tell({ kind: 'progress', progress }),
  () => performance.now(),
);
const events: DeliveryEvents = {
  phase(now) {
    phase = now;
    tell({ kind: 'state', state: now, waitingFor: null });
  },
  sizes: (files) => tally.sizes(files),
  moved: (index, bytes) => tally.moved(index, bytes),
  acknowledged: (index, bytes) => tally.acknowledged(index, bytes),
  kept: (...bytes) => tally.kept(...bytes),
  safe: (safe) => tell({ kind: 'safe', safe }),
};

type Begin = (control: Control, ports: Ports) => Promise<Beginning>;

async function run(parts: LinkParts, picked: readonly PickedFile[], begin: Begin): Promise<void> {
  control = new Control(({ paused, waiting }) => {
    if (paused || waiting !== null) tally.interrupted(paused ? null : waiting);
    const state = paused ? 'paused' : waiting !== null ? 'waiting' : phase;
    tell({ kind: 'state', state, waitingFor: paused ? null : waiting });
  });
  tell({ kind: 'state', state: 'preparing', waitingFor: null });
  try {
    if (!(await takeAlone(parts))) throw new SendingError('elsewhere');
    const ports = await browserPorts(scope.location.origin, parts, sealers ?? new Sealers());
    const beginning = await begin(control, ports);
    const sent = await deliver(beginning, picked, { control, events, ports }, (made) => (delivery = made));
    tell({ kind: 'state', state: 'sent', waitingFor: null });
    tell({ kind: 'sent', sent });
  } catch (cause) {
    const error = sendingError(cause);
    await withinReason(leave(error));
    fail(error);
  }
}

/** What stays here of a delivery that ended without arriving. */
async function leave({ reason }: SendingError): Promise<void> {
  if (reason === 'cancelled') await delivery?.cancel();
  else if (ENDS.includes(reason)) await delivery?.forget();
  else await delivery?.close();
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

async function change(id: number, add: readonly PickedFile[], remove: readonly number[]): Promise<void> {
  try {
    if (delivery === null) throw new SendingError('too-late');
    await delivery.change(add, remove);
    tell({ kind: 'changed', id, failure: null });
  } catch (error) {
    tell({ kind: 'changed', id, failure: failureOf(sendingError(error)) });
  }
}

const listen = ({ data }: MessageEvent<unknown>) => {
  const message = data as ToUpload;
  switch (message.kind) {
    case 'start': {
      const { start } = message;
      return void run(start.parts, start.files, (...world) => beginSending(start, ...world));
    }
    case 'continue': {
      const { parts } = message;
      return void run(parts, [], (...world) => takeUp(parts, ...world));
    }
    case 'change':
      return void change(message.id, message.add, message.remove);
    default:
      control?.[message.kind]();
  }
};

if (scope.name === SEALER) runSealer(scope);
else scope.onmessage = listen;
