/** A whole delivery in tests of what is around it: real requests to a server in memory, sealed by FakeSealing. */
import { newIdentity, recipientOf } from '../sealed/identity.ts';
import { newLinkId } from '../sealed/ids.ts';
import { newLink } from '../sealed/link.ts';
import { beginSending } from './begin.ts';
import { Control } from './control.ts';
import { deliver } from './delivery.ts';
import { FakePace } from './fake-pace.ts';
import { FakeSealing } from './fake-sealing.ts';
import { FakeServer, MemoryStore, unwatched } from './fake-server.ts';
import type { Pace } from './pace.ts';
import type { Stage } from './stage.ts';
import type { BegunStore } from './state.ts';

const recipient = recipientOf(newIdentity());
const limits = { retention: 1, closes_at: 1, uses: 1, max_files: 20, max_bytes: 2 ** 32 };

/** `ended`: null when it arrived, else why not. `safe`, `kept`: what was told of them, in order. */
export async function sends(
  files: readonly File[],
  {
    stage = null,
    store = new MemoryStore(),
    pace = new FakePace(),
  }: { stage?: Stage | null; store?: BegunStore; pace?: Pace } = {},
) {
  const server = new FakeServer();
  const start = {
    parts: newLink(recipient),
    link: { link: newLinkId(), recipient, invitation: 'AQID', state: 'open' as const, ...limits },
    files: files.map((file) => ({ file, question: null })),
    answers: {},
    consent: null,
    sender: '',
  };
  const control = new Control(() => undefined, { sleep: () => Promise.resolve(), random: () => 1 });
  const safe: boolean[] = [];
  const kept: number[] = [];
  const events = {
    ...unwatched,
    kept: (bytes: number) => void kept.push(bytes),
    safe: (now: boolean) => void safe.push(now),
  };
  const ports = {
    api: server.api,
    tus: server.tus,
    store,
    stage,
    beginSealing: new FakeSealing().begin,
    pace: () => pace,
    now: () => 900,
    origin: 'https://drop.example',
  };
  const beginning = await beginSending(start, control, ports);
  const ended = await deliver(beginning, start.files, { control, events, ports }).then(
    () => null,
    (error: unknown) => error,
  );
  return { ended, server, safe, kept };
}
