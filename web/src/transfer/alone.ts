/**
 * Which tab of this browser sends a link's delivery: the one whose worker holds its Web Lock, until it ends.
 * Who only sweeps or waits shares it, and so is never taken for one that sends. Browsers without locks also lack what makes two such tabs likely; there each is alone.
 */
import { toBase64url } from '../sealed/bytes.ts';
import type { LinkParts } from '../sealed/link.ts';

const nameOf = (fingerprint: string) => `dewdrop ${fingerprint}`;
const manager = (): LockManager | undefined => (navigator as { locks?: LockManager }).locks;
const forEver = () => new Promise<void>(() => undefined);

/** Milliseconds to wait for whoever sweeps, or for a page that is just being left. */
const PATIENCE = 2_000;

/** Takes the lock of a link until the worker ends; false when another tab has it. */
export function takeAlone({ fingerprint }: LinkParts): Promise<boolean> {
  const locks = manager();
  if (locks === undefined) return Promise.resolve(true);
  const enough = new AbortController();
  const timer = setTimeout(() => enough.abort(), PATIENCE);
  return new Promise((known) => {
    locks
      .request(nameOf(toBase64url(fingerprint)), { signal: enough.signal }, () => {
        clearTimeout(timer);
        known(true);
        return forEver();
      })
      .catch(() => known(!enough.signal.aborted));
  });
}

/** Does `work` only while no tab sends what belongs to this fingerprint; else nothing. Tells whether it did. */
export async function whileAlone(fingerprint: string, work: () => Promise<void>): Promise<boolean> {
  const does = () => work().then(() => true);
  const locks = manager();
  if (locks === undefined) return does();
  const shared = { mode: 'shared', ifAvailable: true } as const;
  return locks.request(nameOf(fingerprint), shared, (lock) => lock !== null && does());
}

export async function isTaken({ fingerprint }: LinkParts): Promise<boolean> {
  // Where a browser refuses to say, it is as without locks.
  const { held = [] } =
    (await manager()
      ?.query()
      .catch(() => undefined)) ?? {};
  const name = nameOf(toBase64url(fingerprint));
  return held.some((lock) => lock.name === name && lock.mode === 'exclusive');
}

/** Resolves when the tab that sends this link's delivery let go of it; rejects when the signal is aborted. */
export async function freed({ fingerprint }: LinkParts, signal: AbortSignal): Promise<void> {
  const name = nameOf(toBase64url(fingerprint));
  await manager()?.request(name, { mode: 'shared', signal }, () => undefined);
}
