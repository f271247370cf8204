import { beforeEach, describe, expect, test } from 'vitest';
import { Problem } from '../api/problem.ts';
import { begunSample } from './begun-sample.ts';
import type { Begun } from './begun.ts';
import { type SweepPorts, sweep } from './sweep.ts';

const DAY = 24 * 60 * 60;
const NOW = 1_800_000_000;

let entries: Map<string, Begun | null>;
let folders: Set<string>;
let taken: Set<string>;
let asked: string[];
let answer: () => unknown;

beforeEach(() => {
  entries = new Map();
  folders = new Set();
  taken = new Set();
  asked = [];
  answer = () => ({ state: 'receiving' });
});

const ports: SweepPorts = {
  entries: () => Promise.resolve([...entries.keys()]),
  folders: () => Promise.resolve([...folders]),
  read: (name) => Promise.resolve(entries.get(name) ?? null),
  drop: (name) => Promise.resolve(void entries.delete(name)),
  eraseFolder: (name) => Promise.resolve(void folders.delete(name)),
  receipt: ({ submission }) => {
    asked.push(submission);
    return Promise.resolve().then(answer);
  },
  whileAlone: (name, work) => (taken.has(name) ? Promise.resolve() : work()),
};

function keeps(name: string, begun: Begun | null): void {
  entries.set(name, begun);
  folders.add(name);
}

const gone = () => {
  throw new Problem('erased', 410);
};
const unreachable = () => {
  throw new Problem('unreachable', 0);
};
const away = () => {
  throw new Problem('unknown', 502);
};
const aged = (days: number) => begunSample({ kept: true, begun_at: NOW - days * DAY });

describe('sweeping', () => {
  test('erases folders that no entry names, and those whose sealing never ended', async () => {
    folders.add('orphan');
    keeps('half', begunSample({ kept: false, begun_at: NOW }));
    keeps('whole', begunSample({ kept: true, begun_at: NOW }));
    await sweep(NOW, ports);
    expect([...folders]).toEqual(['whole']);
    expect([...entries.keys()]).toEqual(['half', 'whole']);
    expect(asked).toEqual([]);
  });

  test('erases what another version wrote', async () => {
    keeps('older', null);
    await sweep(NOW, ports);
    expect([entries.size, folders.size]).toEqual([0, 0]);
  });

  test('touches nothing that a tab is sending', async () => {
    folders.add('sending');
    keeps('half', begunSample({ kept: false, begun_at: NOW }));
    taken = new Set(['sending', 'half']);
    await sweep(NOW, ports);
    expect([...folders].sort()).toEqual(['half', 'sending']);
  });

  test('asks the server about what is older than a week, and erases what it no longer has', async () => {
    keeps('living', aged(8));
    await sweep(NOW, ports);
    expect(asked.length).toBe(1);
    expect(entries.has('living')).toBe(true);
    answer = gone;
    keeps('young', aged(6));
    await sweep(NOW, ports);
    expect([...entries.keys()]).toEqual(['young']);
    expect([...folders]).toEqual(['young']);
  });

  test('erases nothing whole unasked, however far the clock has jumped', async () => {
    for (const silence of [unreachable, away]) {
      answer = silence;
      keeps('month', aged(30));
      keeps('years', aged(4000));
      keeps('ahead', aged(-4000));
      await sweep(NOW, ports);
      expect([...entries.keys()]).toEqual(['month', 'years', 'ahead']);
      expect([...folders]).toEqual(['month', 'years', 'ahead']);
    }
    answer = gone;
    await sweep(NOW, ports);
    expect([...entries.keys()]).toEqual(['ahead']);
  });

  test('leaves what was begun anew while the server was asked', async () => {
    keeps('link', aged(8));
    answer = () => {
      keeps('link', aged(0));
      return gone();
    };
    await sweep(NOW, ports);
    expect(entries.has('link')).toBe(true);
  });
});
