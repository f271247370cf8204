import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Heard, type Spoken } from './heard.ts';

class Fake implements Spoken<string, string> {
  readonly told: string[] = [];
  ended = false;
  onmessage: ((event: MessageEvent<string>) => void) | null = null;
  onerror: ((event: ErrorEvent) => void) | null = null;
  postMessage(message: string): void {
    this.told.push(message);
  }
  terminate(): void {
    this.ended = true;
  }
  speaks(data: string): void {
    if (!this.ended) this.onmessage?.({ data } as MessageEvent<string>);
  }
}

let started: Fake[];
let said: string[];
let line: Heard<string, string>;
const starts = () => {
  const worker = new Fake();
  started.push(worker);
  return worker;
};

beforeEach(() => {
  vi.useFakeTimers();
  started = [];
  said = [];
  line = new Heard<string, string>(starts(), starts);
  line.hears(
    (message) => said.push(message),
    (why) => said.push(`failed: ${why}`),
  );
});
afterEach(() => void vi.useRealTimers());

test('a worker that speaks is kept, however long it is silent afterwards', () => {
  line.tell('start');
  started[0]?.speaks('preparing');
  vi.advanceTimersByTime(3_600_000);
  line.tell('pause');
  expect(started.map(({ told, ended }) => ({ told, ended }))).toEqual([
    { told: ['start', 'pause'], ended: false },
  ]);
  expect(said).toEqual(['preparing']);
});

test('one that never speaks is ended, and another is told all of it', () => {
  line.tell('start');
  line.tell('pause');
  vi.advanceTimersByTime(4_000);
  started[0]?.speaks('too late');
  started[1]?.speaks('preparing');
  line.tell('resume');
  vi.advanceTimersByTime(3_600_000);
  expect(started.map(({ told, ended }) => ({ told, ended }))).toEqual([
    { told: ['start', 'pause'], ended: true },
    { told: ['start', 'pause', 'resume'], ended: false },
  ]);
  expect(said).toEqual(['preparing']);
});

test('the third is waited for: a device may be that slow', () => {
  line.tell('start');
  vi.advanceTimersByTime(3_600_000);
  expect(started.map(({ ended }) => ended)).toEqual([true, true, false]);
  started[2]?.speaks('preparing');
  expect(said).toEqual(['preparing']);
});

test('one that fails is not replaced: it is told', () => {
  started[0]?.onerror?.({ message: 'no script', preventDefault: () => undefined } as ErrorEvent);
  vi.advanceTimersByTime(3_600_000);
  expect(started.length).toBe(1);
  expect(said).toEqual(['failed: no script']);
});

test('after the end none is started', () => {
  line.end();
  vi.advanceTimersByTime(3_600_000);
  expect(started.map(({ ended }) => ended)).toEqual([true]);
});
