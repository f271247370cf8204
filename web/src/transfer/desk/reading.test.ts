/** Reading here and there: the bytes that were sent, few requests, and never a wrong byte. */
import fc from 'fast-check';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Problem } from '../../api/problem.ts';
import { type Bytes, concat, equal } from '../../sealed/bytes.ts';
import type { SubmissionId } from '../../sealed/ids.ts';
import { CHUNK } from '../../sealed/ranges.ts';
import { PortSink, type Handed, type ToHand, serve } from './handing.ts';
import { BLOCK, Reading } from './reading.ts';
import { HURRIED, account, begins, film, honest, links, makeAndSend, reasonOf, server } from './scene.ts';
import { Submissions } from './submissions.ts';

const SIZE = 9 * BLOCK + 3 * CHUNK + 50;
const ports = { getFilePart: server.api.getFilePart, nature: HURRIED };
let submissions: Submissions;
let id: SubmissionId;
let sent: Bytes;
let asked: { from: number; to: number }[];

beforeAll(begins, 30_000);
beforeAll(async () => {
  const file = film(SIZE);
  sent = new Uint8Array(await file.arrayBuffer());
  id = (await makeAndSend(file)).detail.id;
  submissions = new Submissions(server.api, account, links);
  await submissions.open(id);
}, 30_000);
beforeEach(() => {
  honest();
  asked = [];
});

/** Remembers what is asked for from now on. */
function watched(): void {
  server.alter = ({ from, to }) => {
    asked.push({ from, to });
    return null;
  };
}

async function reads(): Promise<Reading> {
  const file = submissions.file(id, 0);
  if (file === null) throw new Error('not opened');
  return Reading.opens(file, ports);
}

const fetched = (): number => asked.reduce((sum, { from, to }) => sum + to - from + 1, 0);
/** What is read ahead is asked for without anybody waiting for it. */
const settled = () => new Promise<void>((done) => setTimeout(done));

describe('a file that is read here and there', () => {
  test('gives the very bytes that were sent, wherever they lie and however many', async () => {
    const reading = await reads();
    const stretch = fc.tuple(fc.nat(SIZE - 1), fc.nat(3 * BLOCK));
    await fc.assert(
      fc.asyncProperty(fc.array(stretch, { minLength: 1, maxLength: 12 }), async (stretches) => {
        const all = stretches.map(([from, more]) => [from, Math.min(from + more, SIZE - 1)] as const);
        const got = await Promise.all(all.map(([from, to]) => reading.read(from, to)));
        got.forEach((bytes, i) => {
          const [from, to] = all[i] ?? [0, 0];
          expect(equal(bytes, sent.subarray(from, to + 1))).toBe(true);
        });
      }),
      { numRuns: 60 },
    );
  });

  test('is not begun before its last chunk was opened', async () => {
    watched();
    await reads();
    expect(asked.map(({ to }) => to)).toEqual([
      1039,
      (server.submissions.get(id)?.files.get(0)?.length ?? 0) - 1,
    ]);
  });

  test('is fetched where it is read and not elsewhere, and once', async () => {
    const reading = await reads();
    watched();
    await reading.read(5 * BLOCK, 5 * BLOCK + 10);
    await reading.read(5 * BLOCK + 100, 5 * BLOCK + 110);
    await settled();
    expect(asked).toHaveLength(1);
    expect(fetched()).toBeLessThan(1.1 * BLOCK);
  });

  test('is read ahead for who goes on, and not for who jumps', async () => {
    const reading = await reads();
    watched();
    await reading.read(0, BLOCK - 1);
    expect(asked).toHaveLength(1);
    await reading.read(BLOCK, 2 * BLOCK - 1);
    await settled();
    expect(fetched()).toBeGreaterThan(5 * BLOCK);
    const jumps = await reads();
    asked = [];
    await jumps.read(0, BLOCK - 1);
    await jumps.read(7 * BLOCK, 8 * BLOCK - 1);
    await settled();
    expect(fetched()).toBeLessThan(2.1 * BLOCK);
  });

  test('ends what nobody wants any more', async () => {
    const ended: boolean[] = [];
    const getFilePart: typeof ports.getFilePart = (part, moved, signal) => {
      if (part.from < 2 * BLOCK || part.to - part.from < CHUNK)
        return server.api.getFilePart(part, moved, signal);
      return new Promise((_, reject) => {
        signal.addEventListener('abort', () => {
          ended.push(true);
          reject(new DOMException('', 'AbortError'));
        });
      });
    };
    const file = submissions.file(id, 0);
    if (file === null) throw new Error('not opened');
    const reading = await Reading.opens(file, { getFilePart, nature: HURRIED });
    const jump = new AbortController();
    const left = reasonOf(reading.read(5 * BLOCK, 6 * BLOCK - 1, jump.signal));
    await settled();
    jump.abort();
    expect(await left).toBe('cancelled');
    await settled();
    expect(ended).toEqual([true]);
    expect(equal(await reading.read(10, 20), sent.subarray(10, 21))).toBe(true);
  });

  test('goes on after lost connections, behind the last byte that came', async () => {
    const reading = await reads();
    const whole = server.submissions.get(id)?.files.get(0) ?? new Uint8Array(0);
    server.alter = ({ from, to }) => {
      asked.push({ from, to });
      return whole.slice(from, Math.min(to + 1, from + 100_000));
    };
    expect(equal(await reading.read(0, 2 * BLOCK - 1), sent.subarray(0, 2 * BLOCK))).toBe(true);
    expect(asked.map(({ from }) => from - (asked[0]?.from ?? 0))).toEqual(
      [0, 1, 2, 3, 4, 5].map((n) => n * 100_000),
    );
  });

  test('that was erased says so, from then on', async () => {
    const reading = await reads();
    server.before = () => {
      throw new Problem('not-available', 404);
    };
    expect(await reasonOf(reading.read(0, 9))).toBe('erased');
    honest();
    expect(await reasonOf(reading.read(0, 9))).toBe('erased');
  });

  test('one altered chunk ends all of it, also what is right', async () => {
    const reading = await reads();
    await reading.read(0, 9);
    const whole = server.submissions.get(id)?.files.get(0)?.slice() ?? new Uint8Array(0);
    whole[3 * BLOCK] = (whole[3 * BLOCK] ?? 0) ^ 1;
    server.alter = ({ from, to }) => whole.slice(from, to + 1);
    expect(await reasonOf(reading.read(3 * BLOCK - CHUNK, 3 * BLOCK))).toBe('altered');
    expect(await reasonOf(reading.read(0, 9))).toBe('altered');
  });

  test('gives nothing once it is closed', async () => {
    const reading = await reads();
    reading.close();
    expect(await reasonOf(reading.read(0, 9))).toBe('cancelled');
  });
});

/** What the service worker hears, and how it asks. */
function serviceWorker() {
  const { port1, port2 } = new MessageChannel();
  const heard: Handed[] = [];
  let wake = (): void => undefined;
  port1.onmessage = ({ data }: MessageEvent<Handed>) => {
    heard.push(data);
    wake();
  };
  const next = async (): Promise<Handed> => {
    while (heard.length === 0) await new Promise<void>((woken) => (wake = woken));
    return heard.shift() as Handed;
  };
  const asks = (question: ToHand): void => port1.postMessage(question);
  return { port: port2, heard, next, asks, ends: () => port1.close() };
}

describe('handed to the service worker', () => {
  const about = { type: 'video/mp4', name: 'x.mp4', size: SIZE, whole: false };

  test('is what it asks for, and an error where there is one', async () => {
    const worker = serviceWorker();
    const failed: string[] = [];
    serve(worker.port, about, await reads(), ({ reason }) => failed.push(reason));
    expect(await worker.next()).toEqual({ about });
    worker.asks({ from: 7, to: 300_000 });
    expect(await worker.next()).toEqual({ bytes: sent.slice(7, 300_001) });
    server.before = () => {
      throw new Problem('not-available', 404);
    };
    worker.asks({ from: 8 * BLOCK, to: 8 * BLOCK + 5 });
    expect(await worker.next()).toEqual({ error: true });
    expect(failed).toEqual(['erased']);
    worker.ends();
  });

  test('is a piece for each that it pulls, and an end only at the end', async () => {
    const worker = serviceWorker();
    const sink = new PortSink(worker.port, { ...about, whole: true }, () => undefined);
    const given = sent.slice();
    const written = sink.write(given);
    await worker.next();
    expect(worker.heard).toEqual([]);
    const pieces: Bytes[] = [];
    while (concat(...pieces).length < SIZE) {
      worker.asks({ pull: true });
      const message = await worker.next();
      pieces.push('bytes' in message ? message.bytes : new Uint8Array(SIZE));
    }
    await written;
    expect(equal(concat(...pieces), sent)).toBe(true);
    // Its memory is given back, not left to a collector that comes late.
    expect(given.length).toBe(0);
    worker.asks({ pull: true });
    await sink.finish();
    expect(await worker.next()).toEqual({ end: true });
    worker.ends();
  });

  test('is an error when it is discarded, and nothing more', async () => {
    const worker = serviceWorker();
    const sink = new PortSink(worker.port, { ...about, whole: true }, () => undefined);
    const written = reasonOf(sink.write(sent.slice(0, 10)));
    await sink.discard();
    expect(await written).toBe('undefined');
    expect([await worker.next(), await worker.next()]).toEqual([
      { about: { ...about, whole: true } },
      { error: true },
    ]);
    worker.ends();
  });

  test('is nothing more once the browser does not want it', async () => {
    const worker = serviceWorker();
    let cancelled = false;
    const sink = new PortSink(worker.port, about, () => (cancelled = true));
    const written = reasonOf(sink.write(sent.slice(0, 10)));
    worker.asks({ cancel: true });
    await written;
    expect(cancelled).toBe(true);
    worker.ends();
  });
});
