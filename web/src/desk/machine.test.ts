import { describe, expect, it } from 'vitest';
import { next, START, type Desk, type Happened } from './machine.ts';

const after = (...events: Happened[]): Desk => events.reduce(next, START);
const live: Happened = { kind: 'session', found: 'live' };
const none: Happened = { kind: 'session', found: 'none' };

describe('which page the desk shows', () => {
  it('asks only the passphrase while the session lives', () => {
    expect(after(live)).toEqual({ at: 'locked', because: 'reload' });
    expect(after(none)).toEqual({ at: 'sign-in', because: 'fresh' });
  });

  it('says that the server is away, and goes on when it is back', () => {
    const away = after({ kind: 'session', found: 'unreachable' });
    expect(away).toEqual({ at: 'unreachable' });
    expect(next(away, live).at).toBe('locked');
  });

  it('opens from each page that proves who it is, never by itself', () => {
    expect(after(live, { kind: 'opened' }).at).toBe('open');
    expect(after(none, { kind: 'opened' }).at).toBe('open');
    expect(after({ kind: 'opened' }).at).toBe('starting');
    expect(after(none, { kind: 'forgotten' }, { kind: 'opened' }).at).toBe('open');
    expect(after({ kind: 'setup-token', token: 't' }, { kind: 'opened' }).at).toBe('open');
  });

  it('locks when idle and when asked, and only what is open', () => {
    expect(after(live, { kind: 'opened' }, { kind: 'idle' })).toEqual({ at: 'locked', because: 'idle' });
    expect(after(live, { kind: 'opened' }, { kind: 'lock' })).toEqual({ at: 'locked', because: 'asked' });
    expect(after(none, { kind: 'idle' }).at).toBe('sign-in');
  });

  it('stays locked, and says so, when signing out did not reach the server', () => {
    const locked = after(live, { kind: 'opened' }, { kind: 'lock' }, { kind: 'sign-out-failed' });
    expect(locked).toEqual({ at: 'locked', because: 'still-signed-in' });
    expect(next(locked, { kind: 'signed-out' })).toEqual({ at: 'sign-in', because: 'signed-out' });
  });

  it('goes to sign-in when the session has ended elsewhere', () => {
    expect(after(live, { kind: 'opened' }, { kind: 'session-ended' })).toEqual({
      at: 'sign-in',
      because: 'session-ended',
    });
    expect(after(none, { kind: 'session-ended' })).toEqual({ at: 'sign-in', because: 'fresh' });
  });

  it('ignores a late answer about the session once it is open', () => {
    expect(after(live, { kind: 'opened' }, none).at).toBe('open');
  });

  it('comes back to sign-in from set-up and recovery', () => {
    expect(after({ kind: 'setup-token', token: 't' }, { kind: 'back' }).at).toBe('sign-in');
    expect(after(live, { kind: 'forgotten' }, { kind: 'back' }).at).toBe('sign-in');
  });
});
