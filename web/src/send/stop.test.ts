import { expect, test } from 'vitest';
import { Problem } from '../api/problem.ts';
import { InvitationError, LinkError } from '../sealed/errors.ts';
import { lets, meanwhile, stopOf } from './stop.ts';
import { isGrave, wayOut } from './ways.ts';

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

test('what was begun goes on without the invitation, unless its link came to an end', () => {
  expect(lets('continue', 'offline')).toBe(true);
  expect(lets('elsewhere', 'server')).toBe(true);
  expect(lets('continue', 'expired')).toBe(true);
  for (const kind of ['spent', 'closed', 'erased', 'unknown', 'wrong-fingerprint', 'altered'] as const) {
    expect(lets('continue', kind)).toBe(false);
  }
  // Picking again needs the invitation.
  expect(lets('pick', 'expired')).toBe(false);
});

test('the end of a link says what became of what was begun', () => {
  const at = { at: 3, file: null };
  expect(meanwhile({ kind: 'closed', ...at })).toEqual({ kind: 'closed-meanwhile', ...at });
  expect(meanwhile({ kind: 'offline', ...at }).kind).toBe('offline');
});

test('a fault of our own is not dressed up as one of the link', () => {
  expect(() => stopOf(new TypeError('bug'), true)).toThrow('bug');
});
