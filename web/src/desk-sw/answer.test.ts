import { describe, expect, it, vi } from 'vitest';
import { reckon } from '../sealed/release.ts';
import type { About } from '../transfer/desk/handing.ts';
import { answered } from './answer.ts';
import { disposition, headersOf } from './headers.ts';
import { mostOf, spanOf } from './range.ts';
import { Source } from './source.ts';

vi.mock('../sealed/release.ts', () => ({ reckon: vi.fn() }));

const MIB = 1024 * 1024;
const about = (more: Partial<About> = {}): About => ({
  type: 'video/mp4',
  name: 'x.mp4',
  size: 100,
  whole: false,
  ...more,
});

describe('a range', () => {
  it.each([
    ['bytes=0-1', { from: 0, to: 1 }],
    ['bytes=90-200', { from: 90, to: 99 }],
    ['bytes=99-', { from: 99, to: 99 }],
    ['bytes=-10', { from: 90, to: 99 }],
    ['bytes=-500', { from: 0, to: 99 }],
    ['bytes=100-', 'none'],
    ['bytes=-0', 'none'],
    ['bytes=5-4', 'whole'],
    ['bytes=0-1,3-4', 'whole'],
    ['items=0-1', 'whole'],
    ['bytes=-', 'whole'],
    [null, 'whole'],
  ])('%s of 100 bytes', (header, span) => {
    expect(spanOf(header, 100, MIB)).toEqual(span);
  });

  it('without an end is given a piece, but to WebKit all of it', () => {
    expect(spanOf('bytes=5-', 9 * MIB, mostOf('Mozilla/5.0 Gecko/20100101 Firefox/140.0'))).toEqual({
      from: 5,
      to: 5 + MIB - 1,
    });
    const safari = 'AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15';
    expect(spanOf('bytes=5-', 9 * MIB, mostOf(safari))).toEqual({ from: 5, to: 9 * MIB - 1 });
    expect(mostOf('AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36')).toBe(MIB);
  });

  it('of nothing is none', () => {
    expect(spanOf('bytes=-5', 0, MIB)).toBe('none');
    expect(spanOf('bytes=0-', 0, MIB)).toBe('none');
  });
});

describe('an answer', () => {
  it.each(['text/html', 'image/svg+xml', 'application/pdf', 'video/mp4; x', ''])(
    'is never shown as %s',
    (type) => {
      const headers = headersOf(about({ type }));
      expect(headers.get('Content-Type')).toBe('application/octet-stream');
      expect(headers.get('Content-Disposition')).toMatch(/^attachment/);
    },
  );

  it('is a film that is not called QuickTime, and runs nothing', () => {
    const headers = headersOf(about({ type: 'video/quicktime' }));
    expect(headers.get('Content-Type')).toBe('video/mp4');
    expect(headers.get('X-Content-Type-Options')).toBe('nosniff');
    expect(headers.get('Content-Security-Policy')).toBe("default-src 'none'; sandbox");
  });

  it('is a download under its name, whatever letters that has, with its length below 2 GiB', () => {
    expect(disposition('Knie “links” (2).mp4')).toBe(
      `attachment; filename="Knie _links_ (2).mp4"; filename*=UTF-8''Knie%20%E2%80%9Clinks%E2%80%9D%20%282%29.mp4`,
    );
    expect(disposition('a"b\r\nX: y')).toBe(
      `attachment; filename="a_b__X_ y"; filename*=UTF-8''a%22b%0D%0AX%3A%20y`,
    );
    expect(headersOf(about({ whole: true })).get('Content-Length')).toBe('100');
    expect(headersOf(about({ whole: true, size: 2 ** 31 })).get('Content-Length')).toBe(null);
  });
});

/** Hands out zeros; breaks at the piece that it is told. */
function source(of: About, breaksAt = Infinity) {
  let pieces = 0;
  let cancelled = 0;
  const piece = (length: number) => {
    if (pieces++ >= breaksAt) return Promise.reject(new Error('cut off'));
    return Promise.resolve(new Uint8Array(length));
  };
  const fake = {
    about: of,
    bytes: (from: number, to: number) => piece(to - from + 1),
    next: () => (pieces < 3 ? piece(10) : Promise.resolve(null)),
    cancel: () => void (cancelled += 1),
    close: () => undefined,
  } as unknown as Source;
  return { fake, pieces: () => pieces, cancelled: () => cancelled };
}

const asks = (range: string | null = null, mode = 'cors') =>
  ({
    method: 'GET',
    mode,
    headers: new Headers(range === null ? {} : { Range: range }),
    signal: new AbortController().signal,
  }) as unknown as Request;

describe('a request', () => {
  it('for a stretch gets it, and nothing is asked for before it is read', async () => {
    const { fake, pieces } = source(about({ size: MIB }));
    const answer = await answered(asks('bytes=10-600000'), fake, 'x', new Set(), MIB);
    expect([answer.status, answer.headers.get('Content-Range'), pieces()]).toEqual([
      206,
      `bytes 10-600000/${String(MIB)}`,
      0,
    ]);
    expect((await answer.arrayBuffer()).byteLength).toBe(599_991);
  });

  it('for a stretch that breaks is an error, not a shorter one', async () => {
    const { fake } = source(about({ size: MIB }), 1);
    const answer = await answered(asks('bytes=0-'), fake, 'x', new Set(), MIB);
    await expect(answer.arrayBuffer()).rejects.toThrow('cut off');
  });

  it('for a download is known as long as it runs, and breaks when it breaks', async () => {
    const running = new Set<string>();
    const whole = await answered(
      asks(null, 'navigate'),
      source(about({ whole: true })).fake,
      'x',
      running,
      MIB,
    );
    expect([...running]).toEqual(['x']);
    expect((await whole.arrayBuffer()).byteLength).toBe(30);
    expect([...running]).toEqual([]);
    const broken = source(about({ whole: true }), 1).fake;
    const torn = await answered(asks(null, 'navigate'), broken, 'x', running, MIB);
    await expect(torn.arrayBuffer()).rejects.toThrow('cut off');
    expect([...running]).toEqual([]);
  });

  it('for a download has the collector told of each 8 MiB', async () => {
    const large = about({ whole: true, size: 20 * MIB });
    let pieces = 0;
    const next = () => Promise.resolve(pieces++ < 20 ? new Uint8Array(MIB) : null);
    const from = { ...source(large).fake, next } as unknown as Source;
    const answer = await answered(asks(null, 'navigate'), from, 'x', new Set(), MIB);
    expect((await answer.arrayBuffer()).byteLength).toBe(20 * MIB);
    expect(vi.mocked(reckon).mock.calls).toEqual([[8 * MIB], [8 * MIB]]);
  });

  it('for a download that its page ends breaks at once, also while nobody reads it', async () => {
    const ports: MessagePort[] = [];
    const page = {
      id: 'page',
      url: '/desk/',
      postMessage: (_asked: unknown, [port]: Transferable[] = []) => {
        if (!(port instanceof MessagePort)) return;
        ports.push(port);
        port.postMessage({ about: about({ whole: true }) });
      },
    };
    const running = new Set<string>();
    const found = await Source.found([page], 'x');
    const answer = await answered(asks(null, 'navigate'), found, 'x', running, MIB);
    expect([...running]).toEqual(['x']);
    ports[0]?.postMessage({ error: true });
    await vi.waitUntil(() => running.size === 0);
    await expect(answer.arrayBuffer()).rejects.toThrow('cut off');
  });

  it('that goes to a film, or to nobody, stays where it is', async () => {
    const film = source(about());
    expect((await answered(asks(null, 'navigate'), film.fake, 'x', new Set(), MIB)).status).toBe(204);
    expect(film.cancelled()).toBe(1);
    expect((await answered(asks(null, 'navigate'), null, 'x', new Set(), MIB)).status).toBe(204);
    expect((await answered(asks('bytes=0-1'), null, 'x', new Set(), MIB)).status).toBe(404);
    expect((await answered(asks(), source(about({ whole: true })).fake, 'x', new Set(), MIB)).status).toBe(
      404,
    );
  });

  it('for what is not there is 416', async () => {
    const answer = await answered(asks('bytes=100-'), source(about()).fake, 'x', new Set(), MIB);
    expect([answer.status, answer.headers.get('Content-Range')]).toEqual([416, 'bytes */100']);
  });
});
