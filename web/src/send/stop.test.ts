import { expect, test } from 'vitest';
import { Problem } from '../api/problem.ts';
import { InvitationError, LinkError } from '../sealed/errors.ts';
import { SendingError } from '../transfer/sending.ts';
import { isGrave, stopOf, stopOfSending, wayOut } from './stop.ts';

test('a link that has ended says how and since when', () => {
  expect(stopOf(new Problem('link-spent', 410, { at: 7 }), true)).toEqual({
    kind: 'spent',
    at: 7,
    file: null,
  });
  expect(stopOf(new Problem('link-expired', 410, { at: 8 }), true).kind).toBe('expired');
  expect(stopOf(new Problem('not-available', 404), true).kind).toBe('unknown');
});

test('an answer that did not come is offline only where the phone says so', () => {
  expect(stopOf(new Problem('unreachable', 0), false).kind).toBe('offline');
  expect(stopOf(new Problem('unreachable', 0), true).kind).toBe('server');
  expect(stopOf(new Problem('internal', 500), true).kind).toBe('server');
});

test('what looks like tampering is grave and offers no way on', () => {
  for (const error of [
    new LinkError('wrong-fingerprint'),
    new InvitationError('altered'),
    new InvitationError('other-link'),
    new InvitationError('limits-differ'),
  ]) {
    const { kind } = stopOf(error, true);
    expect(isGrave(kind)).toBe(true);
    expect(wayOut(kind, false)).toBe('none');
  }
  expect(isGrave(stopOf(new LinkError('cut-off'), true).kind)).toBe(false);
});

test('a link used up by somebody else while sending says so', () => {
  expect(stopOfSending(new SendingError('link-spent', { at: 9 }), true)?.kind).toBe('spent-meanwhile');
});

test('a file that can not be read leads to picking it again, cancelling to nothing', () => {
  const stop = stopOfSending(new SendingError('file-unreadable', { file: 1 }), true);
  expect(stop).toEqual({ kind: 'file-unreadable', at: null, file: 1 });
  expect(stop && wayOut(stop.kind, true)).toBe('pick');
  expect(stopOfSending(new SendingError('cancelled'), true)).toBeNull();
});

test('a fault of our own is not dressed up as one of the link', () => {
  expect(() => stopOf(new TypeError('bug'), true)).toThrow('bug');
});
