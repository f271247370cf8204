import { afterEach, expect, test, vi } from 'vitest';
import { browserTus } from './tus.ts';

afterEach(() => void vi.unstubAllGlobals());

/** A server that refuses every HEAD so, and says this of the receipt. */
function serverWith(status: number, receipt: Response): void {
  vi.stubGlobal('fetch', (path: string) =>
    Promise.resolve(path === '/api/receipt' ? receipt : new Response(null, { status })),
  );
}

const asked = () => browserTus.head('/api/receipt/files/0', new Uint8Array(32), new AbortController().signal);

test('what was erased is told, though an answer to HEAD has no words', async () => {
  serverWith(410, Response.json({ state: 'erased', erased_at: 77 }));
  await expect(asked()).rejects.toMatchObject({ type: 'erased', status: 410, at: 77 });
});

test('what the server never heard of, or knows no more, is told', async () => {
  serverWith(404, Response.json({ type: 'not-available' }, { status: 404 }));
  await expect(asked()).rejects.toMatchObject({ type: 'not-available', status: 404 });
});

test('the page of something in between stays what it is', async () => {
  serverWith(404, new Response('<html>', { status: 404 }));
  await expect(asked()).rejects.toMatchObject({ type: 'unknown', status: 404 });
  serverWith(502, new Response('<html>', { status: 502 }));
  await expect(asked()).rejects.toMatchObject({ type: 'unknown', status: 502 });
});

test('an answer whose head was cut off before the offset is something that passes', async () => {
  class CutOff {
    readonly upload = {};
    readonly status = 204;
    onload = (): void => undefined;
    open(): void {}
    setRequestHeader(): void {}
    getResponseHeader = (): null => null;
    send(): void {
      this.onload();
    }
  }
  vi.stubGlobal('XMLHttpRequest', CutOff);
  const request = {
    path: '/api/receipt/files/0',
    bearer: new Uint8Array(32),
    offset: 0,
    body: new Uint8Array(0),
  };
  const { signal } = new AbortController();
  const sent = browserTus.patch({ ...request, signal, copied: () => undefined, moved: () => undefined });
  await expect(sent).rejects.toMatchObject({ type: 'unknown', status: 502 });
});
