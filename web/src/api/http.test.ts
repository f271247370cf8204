import { afterEach, describe, expect, test, vi } from 'vitest';
import { ask, send } from './http.ts';
import { Problem, isPassing, problemOf } from './problem.ts';

afterEach(() => {
  vi.unstubAllGlobals();
});

function answering(answer: () => Promise<Response>) {
  const fetched = vi.fn((_path: string, _init: RequestInit) => answer());
  vi.stubGlobal('fetch', fetched);
  return fetched;
}

describe('a request', () => {
  test('carries its bearer in a header, no cookie beside it, and follows no redirect', async () => {
    const fetched = answering(() => Promise.resolve(Response.json({})));
    await ask({ method: 'GET', path: '/api/link', bearer: new Uint8Array(32) });
    const [path, init] = fetched.mock.calls[0] ?? [];
    expect(path).toBe('/api/link');
    expect(new Headers(init?.headers).get('Authorization')).toBe(`Bearer ${'A'.repeat(43)}`);
    expect(init).toMatchObject({
      credentials: 'omit',
      redirect: 'error',
      cache: 'no-store',
      referrerPolicy: 'no-referrer',
    });
  });

  test('without a bearer goes by the session cookie', async () => {
    const fetched = answering(() => Promise.resolve(Response.json({})));
    await send({ method: 'GET', path: '/api/vault' });
    expect(fetched.mock.calls[0]?.[1].credentials).toBe('same-origin');
  });

  test('that reaches nobody is a problem that passes', async () => {
    answering(() => Promise.reject(new TypeError('failed to fetch')));
    await expect(send({ method: 'GET', path: '/x' })).rejects.toMatchObject({
      type: 'unreachable',
      status: 0,
    });
  });

  test('that the caller ended is not a problem', async () => {
    const ending = new AbortController();
    answering(() => Promise.reject(new DOMException('x', 'AbortError')));
    ending.abort();
    await expect(send({ method: 'GET', path: '/x', signal: ending.signal })).rejects.toThrow(DOMException);
  });

  test.each(['<html>', '{"uploads":{"0"', ''])('whose answer is %j, no JSON, passes', async (body) => {
    answering(() => Promise.resolve(new Response(body)));
    const problem = await ask({ method: 'GET', path: '/x' }).catch((error: unknown) => error);
    expect(problem).toMatchObject({ type: 'unknown' });
    expect(isPassing(problem as Problem)).toBe(true);
  });

  test('that is refused throws the problem', async () => {
    const body = JSON.stringify({ type: 'link-spent', title: '', status: 410, state: 'spent', at: 12 });
    answering(() => Promise.resolve(new Response(body, { status: 410, headers: { 'Retry-After': '7' } })));
    await expect(send({ method: 'GET', path: '/x' })).rejects.toMatchObject({
      type: 'link-spent',
      status: 410,
      state: 'spent',
      at: 12,
      retryAfter: 7,
    });
  });
});

describe('a problem', () => {
  test('that is not our server’s is unknown', () => {
    for (const body of ['', '<html>', '[]', '{"type":"about:blank"}', '{"type":1}']) {
      expect(problemOf(413, null, body)).toMatchObject({
        type: 'unknown',
        status: 413,
        state: null,
        at: null,
      });
    }
    expect(problemOf(429, 'Wed, 21 Oct 2026 07:28:00 GMT', '').retryAfter).toBeNull();
  });

  test('passes when it is the network, the load or a restart, not when the disk is full', () => {
    expect(
      [0, 408, 429, 500, 502, 503].map((status) => isPassing(new Problem('unknown', status))),
    ).not.toContain(false);
    expect(
      [400, 401, 404, 409, 410, 413, 422].map((status) => isPassing(new Problem('unknown', status))),
    ).not.toContain(true);
    expect(isPassing(new Problem('disk-full', 507))).toBe(false);
  });
});
