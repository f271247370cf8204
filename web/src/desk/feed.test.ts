import { describe, expect, it } from 'vitest';
import type { DeskEvent } from '../api/types.ts';
import { follow, PAUSES_MS, type FeedHost } from './feed.ts';

function server() {
  let heard: ((event: DeskEvent) => void) | null = null;
  let connected: ((open: boolean) => void) | null = null;
  let waiting: (() => void) | null = null;
  const pauses: number[] = [];
  let closed = 0;
  const host: FeedHost = {
    listen: (hear, connect) => {
      [heard, connected] = [hear, connect];
      return () => void (closed += 1);
    },
    later: (ms, then) => {
      pauses.push(ms);
      waiting = then;
      return () => void (waiting = null);
    },
  };
  return {
    host,
    pauses,
    closed: () => closed,
    says: (event: DeskEvent) => heard?.(event),
    opens: () => connected?.(true),
    breaks: () => connected?.(false),
    time: () => waiting?.(),
    waits: () => waiting !== null,
  };
}

const EVENT = {
  kind: 'link',
  id: 'i',
  link: 'i',
  state: 'spent',
  received: 0,
  size: 0,
} as unknown as DeskEvent;

function desk(host: FeedHost) {
  const told: string[] = [];
  const stop = follow(host, {
    heard: (event) => told.push(event.state),
    connected: (open) => told.push(open ? 'open' : 'broken'),
  });
  return { told, stop };
}

describe('news while the desk is open', () => {
  it('goes on after a break, with longer pauses, and short ones again once it worked', () => {
    const there = server();
    const { told } = desk(there.host);
    there.opens();
    for (let i = 0; i < 6; i += 1) {
      there.breaks();
      there.time();
    }
    there.opens();
    there.says(EVENT);
    there.breaks();
    expect(there.pauses).toEqual([...PAUSES_MS, 30_000, PAUSES_MS[0]]);
    expect(told.filter((word) => word !== 'broken')).toEqual(['open', 'open', 'spent']);
  });

  it('hears nothing and tries nothing after it was stopped', () => {
    const there = server();
    const { told, stop } = desk(there.host);
    there.breaks();
    stop();
    there.says(EVENT);
    there.opens();
    expect(there.waits()).toBe(false);
    expect(told).toEqual(['broken']);
    expect(there.closed()).toBeGreaterThan(0);
  });
});
