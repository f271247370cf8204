import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { Problem } from '../../api/problem.ts';
import { type Bytes, concat, equal } from '../../sealed/bytes.ts';
import { SEALED_CHUNK } from '../../sealed/ranges.ts';
import { type StoredSubmission } from './fake-desk-server.ts';
import { Savings } from './savings.ts';
import { save } from './saving.ts';
import { MemorySink } from './sink.ts';
import { Submissions } from './submissions.ts';

import {
  server,
  account,
  links,
  begins,
  honest,
  film,
  makeAndSend,
  reasonOf,
  saves,
  hurried,
  NONE,
} from './scene.ts';

beforeAll(begins, 30_000);
beforeEach(honest);

describe('a file that is saved', () => {
  let own: StoredSubmission;
  let submissions: Submissions;
  const plaintext = film(3 * 65_536 + 50);

  beforeAll(async () => {
    own = await makeAndSend(plaintext);
    submissions = new Submissions(server.api, account, links);
    await submissions.open(own.detail.id);
  }, 20_000);

  const alterations: [string, (bytes: Bytes) => Bytes][] = [
    ['a bit of which was altered', (bytes) => flipped(bytes, 100_000)],
    ['whose last byte was altered', (bytes) => flipped(bytes, bytes.length - 1)],
    ['whose header was altered', (bytes) => flipped(bytes, 100)],
    ['whose chunks were reordered', (bytes) => reordered(bytes)],
    [
      'whose first chunk is repeated',
      (bytes) =>
        concat(
          bytes.slice(0, 184 + SEALED_CHUNK),
          bytes.slice(184, 184 + SEALED_CHUNK),
          bytes.slice(184 + 2 * SEALED_CHUNK),
        ),
    ],
  ];
  test.each(alterations)('%s is refused', async (_name, alter) => {
    const whole = alter(own.files.get(0) ?? NONE);
    server.alter = ({ from, to }) => whole.slice(from, to + 1);
    expect(await reasonOf(saves(submissions, own.detail.id, 0))).toBe('altered');
  });

  test('that is cut off is never a shorter file', async () => {
    const whole = own.files.get(0) ?? NONE;
    server.alter = ({ from, to }) => whole.slice(from, Math.min(to + 1, 150_000));
    expect(await reasonOf(saves(submissions, own.detail.id, 0))).toBe('cut-off');
  });

  test('whose last chunk is wrong is not begun to be written', async () => {
    const whole = flipped(own.files.get(0) ?? NONE, (own.files.get(0)?.length ?? 0) - 1);
    const asked: number[] = [];
    server.alter = ({ from, to }) => {
      asked.push(from);
      return whole.slice(from, to + 1);
    };
    const file = submissions.file(own.detail.id, 0);
    const sink = new MemorySink();
    let written = 0;
    sink.write = () => Promise.resolve(void written++);
    const ports = { getFilePart: server.api.getFilePart };
    if (file === null) throw new Error('not opened');
    await expect(save(file, sink, ports, () => undefined, hurried())).rejects.toThrow('altered');
    expect(written).toBe(0);
    expect(asked).toEqual([0, 184 + 3 * SEALED_CHUNK]);
  });

  test('and erased meanwhile says so', async () => {
    server.before = (call) => {
      if (call === 'part') throw new Problem('not-available', 404);
    };
    expect(await reasonOf(saves(submissions, own.detail.id, 0))).toBe('erased');
  });

  test('goes on after lost connections', async () => {
    let lost = 5;
    server.before = (call) => {
      if (call === 'part' && lost-- > 0) throw new Problem('unreachable', 0);
    };
    expect(
      equal(await saves(submissions, own.detail.id, 0), new Uint8Array(await plaintext.arrayBuffer())),
    ).toBe(true);
  });

  test('comes through a line that carries only so much at once, and of more nothing', async () => {
    const long = film(40 * 65_536);
    const { detail, files } = await makeAndSend(long);
    await submissions.open(detail.id);
    const whole = files.get(0) ?? NONE;
    server.alter = ({ from, to }) => {
      if (to - from >= 300_000) throw new Problem('unreachable', 0);
      return whole.slice(from, to + 1);
    };
    expect(equal(await saves(submissions, detail.id, 0), new Uint8Array(await long.arrayBuffer()))).toBe(
      true,
    );
  });

  test('and cancelled while the browser takes nothing of it ends', async () => {
    const { port1, port2 } = new MessageChannel();
    const told: unknown[] = [];
    port2.onmessage = ({ data }) => told.push(data);
    const savings = new Savings({ getFilePart: server.api.getFilePart }, submissions, () => undefined);
    const destination = { to: 'port', port: port1, name: 'x.mp4' } as const;
    const saving = savings.save({ kind: 'save', id: 7, submission: own.detail.id, what: 0, destination });
    await vi.waitUntil(() => told.length > 0);
    savings.control(7)?.cancel();
    expect(await reasonOf(saving)).toBe('cancelled');
    await vi.waitUntil(() => told.length > 1);
    expect(told[1]).toEqual({ error: true });
    port2.close();
  });

  test('and cancelled leaves nothing', async () => {
    const control = hurried();
    server.before = () => control.cancel();
    expect(await reasonOf(saves(submissions, own.detail.id, 0, control))).toBe('cancelled');
  });
});

function flipped(bytes: Bytes, at: number): Bytes {
  const copy = bytes.slice();
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
}

function reordered(bytes: Bytes): Bytes {
  const chunk = (i: number) => bytes.slice(184 + i * SEALED_CHUNK, 184 + (i + 1) * SEALED_CHUNK);
  return concat(bytes.slice(0, 184), chunk(1), chunk(0), bytes.slice(184 + 2 * SEALED_CHUNK));
}
