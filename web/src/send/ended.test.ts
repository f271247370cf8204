import { expect, test } from 'vitest';
import { Problem } from '../api/problem.ts';
import type { OpenLink } from '../api/types.ts';
import { newLink } from '../sealed/link.ts';
import { SendingError, type SendingReason } from '../transfer/sending.ts';
import { Lapsed, stopOfSending, whyEnded } from './ended.ts';
import { isGone, wayOut } from './ways.ts';

const parts = newLink(`age1${'q'.repeat(58)}`);
const open = () => Promise.resolve({} as OpenLink);
const kindOf = (reason: SendingReason) => stopOfSending(new SendingError(reason), true)?.kind;

test('a delivery that was erased asks the link why', async () => {
  const erased = new SendingError('link-erased');
  const spent = () => Promise.reject(new Problem('link-spent', 410, { at: 7 }));
  expect(await whyEnded(erased, parts, spent)).toMatchObject({ reason: 'link-spent', at: 7 });
  const vanished = new SendingError('not-available');
  expect(await whyEnded(vanished, parts, spent)).toMatchObject({ reason: 'link-spent', at: 7 });
  const full = new SendingError('disk-full');
  expect(await whyEnded(full, parts, spent)).toBe(full);
});

test('where the link is open, what was erased had stood still for too long', async () => {
  const why = await whyEnded(new SendingError('link-erased'), parts, open);
  expect(why).toBeInstanceOf(Lapsed);
  expect(stopOfSending(why, true)?.kind).toBe('lapsed');
  expect(wayOut('lapsed', true)).toBe('pick');
});

test('a link that ended while sending says so, and leaves the answers to be read', () => {
  for (const reason of ['link-spent', 'link-closed', 'link-expired', 'link-erased'] as const) {
    const kind = kindOf(reason);
    expect(kind).toBe(`${reason.slice(5)}-meanwhile`);
    expect(kind && [isGone(kind), wayOut(kind, true), wayOut(kind, false)]).toEqual([true, 'look', 'none']);
  }
});

test('a file that can not be read leads to picking it again, cancelling to nothing', () => {
  const stop = stopOfSending(new SendingError('file-unreadable', { file: 1 }), true);
  expect(stop).toEqual({ kind: 'file-unreadable', at: null, file: 1 });
  expect(stop && wayOut(stop.kind, true)).toBe('pick');
  expect(stopOfSending(new SendingError('cancelled'), true)).toBeNull();
});

test('what this device did not keep is picked again, where that can be done on this page', () => {
  expect(kindOf('not-kept')).toBe('not-kept');
  expect([wayOut('not-kept', true), wayOut('not-kept', false)]).toEqual(['pick', 'retry']);
});
