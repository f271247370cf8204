/**
 * Which tab of this browser sends a link's delivery: the one that holds its Web Lock. A worker holds it
 * until it ends. Browsers without locks also lack what makes two such tabs likely; there each is alone.
 */
import { toBase64url } from '../sealed/bytes.ts';
import type { LinkParts } from '../sealed/link.ts';

const nameOf = (fingerprint: string) => `dewdrop ${fingerprint}`;
const manager = (): LockManager | undefined => (navigator as { locks?: LockManager }).locks;
const forEver = () => new Promise<void>(() => undefined);

/** Takes the lock of a link until the worker ends; false when another tab has it. */
export function takeAlone({ fingerprint }: LinkParts): Promise<boolean> {
  const locks = manager();
  if (locks === undefined) return Promise.resolve(true);
  return new Promise((known) => {
    locks
      .request(nameOf(toBase64url(fingerprint)), { ifAvailable: true }, (lock) => {
        known(lock !== null);
        return lock === null ? undefined : forEver();
      })
      .catch(() => known(true));
  });
}

/** Runs `work` only while no tab sends what belongs to this fingerprint; else null. */
export async function whileAlone<T>(fingerprint: string, work: () => Promise<T>): Promise<T | null> {
  const locks = manager();
  if (locks === undefined) return work();
  return locks.request(nameOf(fingerprint), { ifAvailable: true }, (lock) => (lock === null ? null : work()));
}

export async function isTaken({ fingerprint }: LinkParts): Promise<boolean> {
  const { held = [] } = (await manager()?.query()) ?? {};
  return held.some(({ name }) => name === nameOf(toBase64url(fingerprint)));
}

/** Resolves when the tab that sends this link's delivery let go of it; rejects when the signal is aborted. */
export async function freed({ fingerprint }: LinkParts, signal: AbortSignal): Promise<void> {
  await manager()?.request(nameOf(toBase64url(fingerprint)), { signal }, () => undefined);
}
