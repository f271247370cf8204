import { expect, test } from 'vitest';
import { Problem } from '../api/problem.ts';
import { newIdentity, recipientOf } from '../sealed/identity.ts';
import { newLinkId } from '../sealed/ids.ts';
import { newLink } from '../sealed/link.ts';
import { beginSending } from './begin.ts';
import { Control } from './control.ts';
import { deliver } from './delivery.ts';
import { FakePace } from './fake-pace.ts';
import { FakeSealing } from './fake-sealing.ts';
import { FakeServer, MemoryStore, failing, unwatched } from './fake-server.ts';
import { ProgressTally } from './progress.ts';
import type { SendingProgress } from './sending.ts';
import type { PatchRequest } from './tus.ts';

function tallied() {
  const told: SendingProgress[] = [];
  let now = 0;
  const tally = new ProgressTally(
    (progress) => told.push(progress),
    () => now,
  );
  return { told, tally, later: (by: number) => (now += by) };
}

test('what came last is told, though nothing follows it', () => {
  const told: number[] = [];
  const timers: { work: () => void; wait: number }[] = [];
  let now = 0;
  const tally = new ProgressTally(
    ({ sent }) => told.push(sent),
    () => now,
    (work, wait) => timers.push({ work, wait }),
  );
  tally.sizes([{ total: 100, sent: 0 }]);
  now = 100;
  tally.moved(0, 20);
  tally.moved(0, 50);
  expect([told, timers.map(({ wait }) => wait)]).toEqual([[0], [150]]);
  now = 250;
  timers[0]?.work();
  expect(told).toEqual([0, 50]);
  now = 300;
  tally.moved(0, 60);
  tally.acknowledged(0, 100);
  expect(told).toEqual([0, 50, 100]);
  timers[1]?.work();
  expect([told, timers.length]).toEqual([[0, 50, 100], 2]);
});

test('progress is told for each file and in all', () => {
  const { told, tally, later } = tallied();
  tally.sizes([
    { total: 100, sent: 0 },
    { total: 300, sent: 0 },
  ]);
  later(1000);
  tally.acknowledged(0, 100);
  later(1000);
  tally.moved(1, 50);
  expect(told.at(-1)).toEqual({
    files: [
      { index: 0, sent: 100, total: 100, state: 'sent' },
      { index: 1, sent: 50, total: 300, state: 'sending' },
    ],
    sent: 150,
    total: 400,
    kept: 0,
    written: 0,
    rate: 75,
    secondsLeft: 4,
  });
});

test('progress is told at most four times a second, but its end always', () => {
  const { told, tally, later } = tallied();
  tally.sizes([{ total: 1000, sent: 0 }]);
  for (let i = 1; i <= 999; i++) {
    later(1);
    tally.moved(0, i);
  }
  expect(told.length).toBeLessThan(6);
  tally.acknowledged(0, 1000);
  expect(told.at(-1)?.files[0]?.state).toBe('sent');
});

test('all is told only once the server has all of it', () => {
  const { told, tally, later } = tallied();
  tally.sizes([{ total: 1000, sent: 0 }]);
  later(1000);
  tally.moved(0, 1000);
  expect(told.at(-1)).toMatchObject({ sent: 999, files: [{ state: 'sending' }] });
  tally.acknowledged(0, 1000);
  expect(told.at(-1)).toMatchObject({ sent: 1000, files: [{ state: 'sent' }] });
});

test('what waits or is paused stands at what the server has acknowledged', () => {
  for (const why of [null, 'network', 'server', 'disk', 'busy'] as const) {
    const { told, tally, later } = tallied();
    tally.sizes([{ total: 1000, sent: 0 }]);
    tally.acknowledged(0, 300);
    later(1000);
    tally.moved(0, 1000);
    tally.interrupted(why);
    expect(told.at(-1)?.sent).toBe(300);
  }
});

test('after an answer that said to wait, bytes count again once the server took some; after silence at once', () => {
  for (const [why, moving] of [
    ['network', 999],
    ['disk', 300],
    ['busy', 300],
    ['server', 300],
  ] as const) {
    const { told, tally, later } = tallied();
    tally.sizes([{ total: 1000, sent: 300 }]);
    tally.interrupted(why);
    later(1000);
    tally.moved(0, 1000);
    tally.kept(1, 1);
    expect(told.at(-1)?.sent).toBe(moving);
    later(1000);
    tally.acknowledged(0, 300);
    later(1000);
    tally.acknowledged(0, 600);
    later(1000);
    tally.moved(0, 700);
    expect(told.at(-1)?.sent).toBe(700);
  }
});

test('a pause is not time in which nothing moved', () => {
  const { told, tally, later } = tallied();
  tally.sizes([{ total: 10_000, sent: 0 }]);
  later(1000);
  tally.acknowledged(0, 1000);
  tally.interrupted(null);
  later(30_000);
  tally.kept(5000, 0);
  later(30_000);
  tally.acknowledged(0, 1000);
  later(1000);
  tally.moved(0, 2000);
  expect(told.at(-1)?.rate).toBe(1000);
});

test('before sizes are known nothing is told: nothing of nothing would be all', () => {
  const { told, tally } = tallied();
  tally.kept(0, 0);
  tally.interrupted('network');
  expect(told).toEqual([]);
  tally.sizes([]);
  expect(told).toHaveLength(1);
});

test('a delivery whose last bytes wait for room tells what the server has, and all in the end', async () => {
  const recipient = recipientOf(newIdentity());
  const limits = { retention: 1, closes_at: 1, uses: 1, max_files: 20, max_bytes: 2 ** 32 };
  const start = {
    parts: newLink(recipient),
    link: { link: newLinkId(), recipient, invitation: 'AQID', state: 'open' as const, ...limits },
    files: [{ file: new File([new Uint8Array(300_000)], 'squat.mp4'), question: null }],
    answers: {},
    consent: null,
    sender: '',
  };
  const server = new FakeServer();
  const { told, tally, later } = tallied();
  const waited: number[] = [];
  const tooEarly: number[] = [];
  const stored = () => server.files.get(0)?.bytes.length;
  const control = new Control(
    ({ waiting }) => {
      if (waiting === null) return;
      tally.interrupted(waiting);
      waited.push(told.at(-1)?.sent ?? -1);
    },
    { sleep: () => Promise.resolve(void later(1000)), random: () => 1 },
  );
  const ports = {
    api: server.api,
    tus: {
      ...server.tus,
      patch: (request: PatchRequest) => {
        later(1000);
        request.moved(request.body.length);
        if (told.at(-1)?.sent === told.at(-1)?.total) tooEarly.push(stored() ?? -1);
        return server.tus.patch(request);
      },
    },
    store: new MemoryStore(),
    stage: null,
    beginSealing: new FakeSealing().begin,
    pace: () => new FakePace(),
    now: () => 900,
    origin: 'https://drop.example',
  };
  const events = {
    ...unwatched,
    sizes: tally.sizes.bind(tally),
    moved: tally.moved.bind(tally),
    acknowledged: tally.acknowledged.bind(tally),
  };
  server.before = failing('patch', 3, new Problem('disk-full', 507));
  await deliver(await beginSending(start, control, ports), start.files, { control, events, ports });
  expect(waited).toEqual([0, 0, 0]);
  expect(tooEarly).toEqual([]);
  expect(told.at(-1)).toMatchObject({ sent: stored(), total: stored() });
});
