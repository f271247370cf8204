import { describe, expect, it } from 'vitest';
import { Problem } from '../api/problem.ts';
import { AgeError, CardError, InvitationError, ManifestError, VaultError } from '../sealed/errors.ts';
import { SavingError } from '../transfer/desk.ts';
import { endsSession, failureOf } from './failure.ts';

describe('what went wrong', () => {
  it.each([
    [new Problem('unreachable', 0), 'unreachable'],
    [new Problem('sign-in-refused', 401), 'wrong'],
    [new Problem('setup-refused', 401), 'wrong'],
    [new Problem('unknown', 401), 'session-ended'],
    [new Problem('not-available', 404), 'gone'],
    [new Problem('disk-full', 507), 'disk-full'],
    [new Problem('internal', 500), 'failed'],
    [new VaultError('passphrase'), 'wrong'],
    [new InvitationError('too-large'), 'too-long'],
    [new SavingError('erased'), 'gone'],
    [new SavingError('altered'), 'refused'],
    [new TypeError('a defect'), 'failed'],
    ['not even an error', 'failed'],
  ])('%s is told as %s', (error, kind) => {
    expect(failureOf(error).kind).toBe(kind);
  });

  it('says how long to wait, at least a second and at most an hour', () => {
    const wait = (retryAfter: number | null) => failureOf(new Problem('too-many-tries', 429, { retryAfter }));
    expect(wait(17)).toEqual({ kind: 'wait', seconds: 17 });
    expect(wait(null)).toEqual({ kind: 'wait', seconds: 1 });
    expect(wait(999999)).toEqual({ kind: 'wait', seconds: 3600 });
  });

  it.each([
    [new CardError('tag'), 'card'],
    [new CardError('link'), 'link'],
    [new InvitationError('altered'), 'invitation'],
    [new InvitationError('other-link'), 'link'],
    [new ManifestError('proof'), 'proof'],
    [new ManifestError('submission'), 'submission'],
    [new ManifestError('head'), 'files'],
    [new ManifestError('size'), 'files'],
    [new ManifestError('malformed'), 'manifest'],
    [new AgeError('altered'), 'manifest'],
  ])('%s names the part that does not agree: %s', (error, because) => {
    expect(failureOf(error)).toEqual({ kind: 'refused', because });
  });

  it('ends the session on 401 and on nothing else', () => {
    expect(endsSession(new Problem('sign-in-refused', 401))).toBe(true);
    expect(endsSession(new Problem('unreachable', 0))).toBe(false);
    expect(endsSession(new Error('401'))).toBe(false);
  });
});
