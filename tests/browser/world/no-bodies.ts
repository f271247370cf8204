/**
 * Playwright has Chromium tell it of each request with its whole body: a film is copied to the test's process,
 * ten times slower than it is sent. There is no setting for it. What it asks is asked here with a limit;
 * should playwright change inside, tests are slow again, and still right.
 */
import type { Browser, BrowserContext } from 'playwright-core';

interface Session {
  send(method: string, params?: Readonly<Record<string, unknown>>): Promise<unknown>;
}
interface Inside {
  readonly _connection?: { toImpl?: (outside: unknown) => { readonly _session?: Session } | undefined };
}

const done = new WeakSet<Session>();

export function withoutBodies<T extends Browser | BrowserContext>(outside: T): T {
  const browser = 'browser' in outside ? outside.browser() : outside;
  const inside = (browser as unknown as Inside | null)?._connection?.toImpl?.(browser)?._session;
  const session = inside && (Object.getPrototypeOf(inside) as Session);
  if (session === undefined || done.has(session)) return outside;
  done.add(session);
  const { send } = session;
  session.send = function (method, params) {
    const limited = method === 'Network.enable' ? { ...params, maxPostDataSize: 1 } : params;
    return send.call(this, method, limited);
  };
  return outside;
}
