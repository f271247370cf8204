import { describe, expect, it } from 'vitest';
import {
  type Desk,
  type Destination,
  type SavedFile,
  SavingError,
  type SavingReason,
} from '../transfer/desk.ts';
import { Files } from './files.svelte.ts';
import type { FileFacts } from './lists.ts';
import { type Browser, SMALL_BYTES } from './ways.ts';

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
    copiesFirst: () => Promise.resolve(false),
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
  it('may be a film until something speaks against it', async () => {
    const MP4 = new TextEncoder().encode('\0\0\0\x18ftypmp42');
    const { host } = browser();
    const files = new Files(
      worker({ 0: MP4, 1: SVG, 3: 'altered', 4: 'cut-off' }).desk,
      's',
      new Set(),
      host,
    );
    const films = [0, 1, 2, 3, 4].map((n) => facts(n, 'video/mp4', 12));
    const able = () => films.filter((film) => files.mayBeFilm(film)).map(({ n }) => n);
    expect(able()).toEqual([0, 1, 2, 3, 4]);
    for (const film of [0, 1, 3, 4]) await files.show(films[film] ?? small(film));
    expect(able()).toEqual([0, 2, 4]);
    files.refuses(2, 'hevc');
    expect([able(), files.refused(2), files.refused(0)]).toEqual([[0, 4], 'hevc', null]);
    expect(files.mayBeFilm(small(5))).toBe(false);
  });

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
    ['stopped', 'stopped'],
    ['erased', 'gone'],
    ['failed', 'failed'],
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

describe('a large file', () => {
  const LARGE = { n: 0, size: SMALL_BYTES + 1, name: 'x' };
  const { port1: port } = new MessageChannel();

  /** Says where each saving went, and ends it as it is told. */
  function destinations(reason?: SavingReason) {
    const went: string[] = [];
    const desk = {
      save: (_id: string, _n: number, _progress: unknown, { to }: Destination) => {
        went.push(to);
        const blob = to === 'own' ? new Blob([PNG]) : null;
        const done = reason
          ? Promise.reject(new SavingError(reason))
          : Promise.resolve({ blob, discard: () => Promise.resolve() });
        const nothing = (): void => undefined;
        return { done, cancel: nothing, pause: nothing, resume: nothing };
      },
    } as unknown as Desk;
    return { desk, went };
  }
  const streams = (asks: boolean): Browser['streams'] => ({
    ready: () => Promise.resolve(true),
    add: (take) => {
      if (asks) take(port);
      return { url: '/desk/stream/1', remove: () => undefined };
    },
    proves: () => Promise.resolve(true),
    watches: () => () => undefined,
  });
  const handle = {} as FileSystemFileHandle;

  it('goes into the file that was picked', async () => {
    const { host, log } = browser();
    const { desk, went } = destinations();
    const files = new Files(desk, 's', new Set(), { ...host, picks: () => Promise.resolve(handle) });
    expect(await files.save(LARGE, 'x')).toBe(true);
    expect([went, log, files.saving(0)]).toEqual([['picked'], [], null]);
  });

  it('goes nowhere when the person does not want to pick', async () => {
    const { desk, went } = destinations();
    const files = new Files(desk, 's', new Set(), { ...browser().host, picks: () => Promise.resolve('no') });
    expect(await files.save(LARGE, 'x')).toBe(false);
    expect(went).toEqual([]);
  });

  it('goes to the downloads through the service worker, once that has asked for it', async () => {
    const { host, log } = browser();
    const { desk, went } = destinations();
    const files = new Files(desk, 's', new Set(), {
      ...host,
      streams: streams(false),
      goTo: () => undefined,
      later: (_ms, then) => then(),
    });
    expect(await files.save(LARGE, 'x')).toBe(true);
    const asked = new Files(desk, 's', new Set(), { ...host, streams: streams(true) });
    expect(await asked.save(LARGE, 'x')).toBe(true);
    expect(went).toEqual(['own', 'port']);
    expect(log).toContain('went to /desk/stream/1');
  });

  it('is copied first where a browser keeps what is left of a download that failed', async () => {
    const { desk, went } = destinations();
    const host = { ...browser().host, streams: streams(true), copiesFirst: () => Promise.resolve(true) };
    expect(await new Files(desk, 's', new Set(), host).save(LARGE, 'x')).toBe(true);
    expect(went).toEqual(['own']);
  });

  it.each([
    ['altered', 'altered'],
    ['cut-off', 'dropped'],
  ] as const)('that is %s was not saved, and says so', async (reason, trouble) => {
    const { desk } = destinations(reason);
    const host = { ...browser().host, picks: () => Promise.resolve(handle) };
    const files = new Files(desk, 's', new Set(), host);
    expect(await files.save(LARGE, 'x')).toBe(false);
    expect(files.saving(0)).toEqual({ is: 'trouble', trouble });
  });

  it('is watched by an address of its own, and taken back when the page is left', async () => {
    const { host, log } = browser();
    let closed = 0;
    const desk = {
      read: () =>
        Promise.resolve({
          size: LARGE.size,
          read: (from: number, to: number) => Promise.resolve(PNG.subarray(from, to + 1)),
          serve: () => undefined,
          close: () => (closed += 1),
        }),
    } as unknown as Desk;
    const files = new Files(desk, 's', new Set(), {
      ...host,
      streams: { ...host.streams, ready: () => Promise.resolve(true) },
    });
    await files.show(LARGE);
    expect(files.state(0)).toMatchObject({ is: 'here', url: '/desk/stream/1', size: LARGE.size });
    files.leave();
    expect([closed, log]).toEqual([1, ['removed the stream']]);
  });
});
