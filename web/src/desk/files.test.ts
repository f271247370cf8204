import { describe, expect, it } from 'vitest';
import { type Desk, type SavedFile, SavingError, type SavingReason } from '../transfer/desk.ts';
import { Files } from './files.svelte.ts';
import type { FileFacts } from './lists.ts';
import type { Browser } from './ways.ts';

const PNG = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3]);
const SVG = new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg"/>');
const facts = (n: number, type: string, size: number): FileFacts => ({
  n,
  name: `file ${n}`,
  size,
  type,
  question: null,
  savedAt: null,
});

const small = (n: number): FileFacts => facts(n, 'image/png', 11);

function browser() {
  const log: string[] = [];
  const types: string[] = [];
  const waiting: (() => void)[] = [];
  let time = 1_000_000;
  const host: Browser = {
    urlOf: (blob) => {
      types.push(blob.type);
      return `blob:${types.length}`;
    },
    takeBack: (url) => log.push(`took back ${url}`),
    handOn: (url, name) => log.push(`handed on ${url} as ${name}`),
    later: (_ms, then) => void waiting.push(then),
    now: () => time,
    picks: () => Promise.resolve(null),
    goTo: (url) => log.push(`went to ${url}`),
    streams: {
      ready: () => Promise.resolve(false),
      add: () => ({ url: '/desk/stream/1', remove: () => log.push('removed the stream') }),
      proves: () => Promise.resolve(true),
      watches: () => () => undefined,
    },
  };
  const passes = (ms: number): void => void (time += ms);
  return { host, log, types, waiting, passes };
}

/** Each file is what it is given, or the reason it is refused for. */
function worker(content: Record<number, Uint8Array<ArrayBuffer> | SavingReason>) {
  const calls: number[] = [];
  let discarded = 0;
  let cancelled = 0;
  const desk = {
    save: (_id: string, n: number) => {
      calls.push(n);
      const found = content[n] ?? 'erased';
      const file = (bytes: Uint8Array<ArrayBuffer>): SavedFile => ({
        blob: new Blob([bytes], { type: 'application/octet-stream' }),
        discard: async () => void (discarded += 1),
      });
      const done =
        typeof found === 'string' ? Promise.reject(new SavingError(found)) : Promise.resolve(file(found));
      const nothing = (): void => undefined;
      return { done, cancel: () => void (cancelled += 1), pause: nothing, resume: nothing };
    },
  } as unknown as Desk;
  return { desk, calls, discarded: () => discarded, cancelled: () => cancelled };
}

describe('a file of a submission', () => {
  it('is shown under the type its bytes have, and saved as bytes without a type', async () => {
    const { host, log, types } = browser();
    const files = new Files(worker({ 0: PNG }).desk, 's', new Set(), host);
    expect(await files.save(small(0), 'side.png')).toBe(true);
    expect(files.state(0)).toMatchObject({ is: 'here', shown: { as: 'image', mime: 'image/png' } });
    expect(types).toEqual(['image/png', 'application/octet-stream']);
    expect(log).toEqual(['handed on blob:2 as side.png']);
  });

  it('is never shown when its bytes are no picture, whatever it was called', async () => {
    const { host, types } = browser();
    const files = new Files(worker({ 0: SVG }).desk, 's', new Set(), host);
    await files.show(small(0));
    expect(files.state(0)).toMatchObject({ is: 'here', shown: { as: 'nothing' }, url: '' });
    expect(types).toEqual([]);
  });

  it.each([
    ['altered', 'altered'],
    ['cut-off', 'dropped'],
    ['no-room', 'no-room'],
    ['erased', 'gone'],
  ] as const)('that is %s is not handed on, and does not count as saved', async (reason, trouble) => {
    const { host, log } = browser();
    const busy = new Set<unknown>();
    const files = new Files(worker({ 0: reason }).desk, 's', busy, host);
    expect(await files.save(small(0), 'x')).toBe(false);
    expect(files.state(0)).toEqual({ is: 'trouble', trouble });
    expect(log).toEqual([]);
    expect(busy.size).toBe(0);
  });

  it('is fetched once, for showing and for saving', async () => {
    const { desk, calls } = worker({ 0: PNG });
    const files = new Files(desk, 's', new Set(), browser().host);
    await files.show(small(0));
    await files.save(small(0), 'x');
    expect(calls).toEqual([0]);
  });

  it('is fetched by itself only when it is small and may be shown', async () => {
    const { desk, calls } = worker({ 0: PNG, 1: PNG, 2: PNG });
    const files = new Files(desk, 's', new Set(), browser().host);
    await files.showSmall([facts(0, 'image/png', 9e9), facts(1, 'text/html', 9), facts(2, 'video/mp4', 9e6)]);
    expect(calls).toEqual([2]);
  });

  it('leaves nothing behind when the page is left, but lets a download end that just began', async () => {
    const { host, log, waiting, passes } = browser();
    const { desk, discarded } = worker({ 0: PNG, 1: PNG });
    const files = new Files(desk, 's', new Set(), host);
    await files.show(small(0));
    await files.save(small(1), 'x');
    passes(1000);
    files.leave();
    expect(discarded()).toBe(1);
    expect(files.state(0)).toEqual({ is: 'closed' });
    waiting.forEach((then) => then());
    expect(discarded()).toBe(2);
    expect(log.filter((line) => line.startsWith('took back'))).toHaveLength(3);
  });

  it('that arrives after the page was left is thrown away', async () => {
    const { desk, discarded, cancelled } = worker({ 0: PNG });
    const files = new Files(desk, 's', new Set(), browser().host);
    const fetched = files.show(small(0));
    files.leave();
    await fetched;
    expect(files.state(0)).toEqual({ is: 'closed' });
    expect([cancelled(), discarded()]).toEqual([1, 1]);
  });
});
