/** The fault proxy itself: each fault does what it says, to whom it says, at the byte it says. */
import { createServer, type IncomingMessage, request, Agent, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { generator, KINDS, type Kind, plan } from './world/fault-plan.ts';
import { Faults, LEAST_REFUSED } from './world/faults.ts';
import { until } from './world/until.ts';

const BODY = Buffer.from(Uint8Array.from({ length: 1_000_000 }, (_, n) => (n * 7919) >> 3));
const AT = 333_333;

interface Seen {
  readonly name: string;
  readonly parts: Buffer[];
  whole: boolean;
  over: boolean;
}
interface Told {
  readonly status: number;
  readonly body: string;
}

let http: Server;
let faults: Faults;
let seen: Seen[];
let agent: Agent;

beforeEach(async () => {
  seen = [];
  http = createServer((asked, answer) => {
    const one: Seen = { name: `${asked.method} ${asked.url}`, parts: [], whole: false, over: false };
    seen.push(one);
    asked.on('data', (part: Buffer) => one.parts.push(part));
    asked.on('error', () => undefined);
    asked.on('close', () => (one.over = true));
    asked.on('end', () => {
      one.whole = true;
      answer.end('heard');
    });
  }).listen(0, '127.0.0.1');
  await once(http, 'listening');
  faults = await Faults.stands(`http://127.0.0.1:${(http.address() as AddressInfo).port}`, { stallMs: 300 });
  agent = new Agent({ keepAlive: true, maxSockets: 1 });
});
afterEach(async () => {
  agent.destroy();
  await faults.leaves();
  http.closeAllConnections();
  http.close();
});

/** The answer, or the code of what went wrong. */
async function patches(body = BODY, method = 'PATCH'): Promise<Told | string> {
  const asked = request(`${faults.url}/api/receipt/files/0`, {
    method,
    agent,
    headers: { 'content-length': body.length },
  });
  const failed = once(asked, 'error').then(([error]) => (error as NodeJS.ErrnoException).code ?? 'broken');
  const answered = once(asked, 'response').then(async ([response]) => {
    const answer = response as IncomingMessage;
    let text = '';
    try {
      for await (const part of answer) text += String(part);
    } catch {
      return 'broken';
    }
    return { status: answer.statusCode ?? 0, body: text };
  });
  answered.catch(() => undefined);
  asked.end(body);
  return Promise.race([failed, answered]);
}

function suffers(kind: Kind, roll = 0.9): void {
  faults.begins([{ kind, at: AT, roll }]);
}

const heard = { status: 200, body: 'heard' };
const bytes = (n = 0): Buffer => Buffer.concat(seen[n]?.parts ?? []);
const did = (): Kind[] => faults.done.map(({ kind }) => kind);

test('without a fault every byte passes, request after request on one connection', async () => {
  for (let n = 0; n < 3; n++) expect(await patches()).toEqual(heard);
  expect(await patches(Buffer.alloc(0), 'HEAD')).toEqual({ status: 200, body: '' });
  expect(seen.map(({ name }) => name.split(' ')[0])).toEqual(['PATCH', 'PATCH', 'PATCH', 'HEAD']);
  for (let n = 0; n < 3; n++) expect(bytes(n).equals(BODY)).toBe(true);
  expect(faults.moved).toBe(3 * BODY.length);
});

test('a drop resets the connection, and the server has nothing behind its byte', async () => {
  suffers('drop');
  expect(await patches()).toMatch(/ECONNRESET|EPIPE/);
  await until('the server notices', () => seen[0]?.over === true);
  expect(seen[0]?.whole).toBe(false);
  expect(bytes().length).toBeLessThanOrEqual(AT);
  expect(await patches()).toEqual(heard);
  expect(did()).toEqual(['drop']);
});

test('a cut on the way up ends the body at exactly its byte', async () => {
  suffers('cut up');
  expect(typeof (await patches())).toBe('string');
  await until('the server notices', () => seen[0]?.over === true);
  expect(bytes().equals(BODY.subarray(0, AT))).toBe(true);
  expect(seen[0]?.whole).toBe(false);
});

test('a stall on the way up goes on, or is the end', async () => {
  suffers('stall up', 0.9);
  expect(await patches()).toEqual(heard);
  expect(bytes().equals(BODY)).toBe(true);
  suffers('stall up', 0.1);
  expect(typeof (await patches())).toBe('string');
  expect(bytes(1).length).toBeLessThanOrEqual(AT);
});

test('a lost answer: the server has all of it, nobody hears', async () => {
  suffers('lost answer');
  expect(typeof (await patches())).toBe('string');
  expect(seen[0]?.whole).toBe(true);
  expect(bytes().equals(BODY)).toBe(true);
});

test('an answer that is cut off is no answer', async () => {
  suffers('cut down');
  expect(typeof (await patches())).toBe('string');
  expect(seen[0]?.whole).toBe(true);
});

test('a stall on the way down goes on, or is the end', async () => {
  suffers('stall down', 0.9);
  expect(await patches()).toEqual(heard);
  suffers('stall down', 0.1);
  expect(typeof (await patches())).toBe('string');
  expect(seen.map(({ whole }) => whole)).toEqual([true, true]);
});

test('413 and 502 are pages of HTML at the next head, and the server hears nothing of it', async () => {
  for (const kind of ['413', '502'] as const) {
    seen = [];
    suffers(kind);
    // Comes with the request after the one that its byte is in.
    expect(await patches()).toEqual(heard);
    const told = (await patches()) as Told;
    expect(told.status).toBe(Number(kind));
    expect(told.body).toContain(`<title>${kind}`);
    expect(seen).toHaveLength(1);
    expect(await patches()).toEqual(heard);
  }
});

test('413 leaves alone what is small enough', async () => {
  suffers('413');
  await patches();
  expect(await patches(BODY.subarray(0, LEAST_REFUSED))).toEqual(heard);
  expect(faults.left.map(({ kind }) => kind)).toEqual(['413']);
  expect(await patches()).toMatchObject({ status: 413 });
  expect(faults.left).toEqual([]);
});

test('slow loses nothing', async () => {
  suffers('slow');
  const begun = performance.now();
  expect(await patches()).toEqual(heard);
  // Half a megabyte at a megabyte a second.
  expect(performance.now() - begun).toBeGreaterThan(400);
  expect(bytes().equals(BODY)).toBe(true);
});

test('refused: nobody listens for a while, then at the same port again', async () => {
  suffers('refused');
  expect(typeof (await patches())).toBe('string');
  expect(await patches()).toBe('ECONNREFUSED');
  await until('it listens again', async () => typeof (await patches()) !== 'string');
  expect(did()).toEqual(['refused']);
});

test('a fault can be ordered for one request', async () => {
  faults.orders('lost answer', /^POST .*files/);
  expect(await patches()).toEqual(heard);
  expect(typeof (await patches(BODY, 'POST'))).toBe('string');
  expect(seen[1]?.whole).toBe(true);
  expect(await patches(BODY, 'POST')).toEqual(heard);
});

test('the same seed plans the same faults: every kind, in the order of their bytes', () => {
  const wish = { count: 100, bytes: 300_000_000 };
  const planned = plan(wish, generator(7));
  expect(planned).toEqual(plan(wish, generator(7)));
  expect(planned).not.toEqual(plan(wish, generator(8)));
  for (const kind of KINDS) expect(planned.filter((fault) => fault.kind === kind)).toHaveLength(10);
  const places = planned.map(({ at }) => at);
  expect(places).toEqual([...places].sort((a, b) => a - b));
  expect(places.at(-1)).toBeLessThan(270_000_000);
});

test('whoever fails is told the seed and what was done', async () => {
  suffers('drop');
  const failing = faults.over(async () => {
    await patches();
    throw new Error('no film');
  });
  await expect(failing).rejects.toThrow(
    new RegExp(`no film\nDEWDROP_SEED=${faults.seed}: 1 faults over \\d+ bytes\n  drop: PATCH /api`),
  );
});

test('who left answers no more', async () => {
  await faults.leaves();
  expect(await patches()).toBe('ECONNREFUSED');
});
