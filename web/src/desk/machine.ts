// Which page the desk shows. Every change of it is one of these events; there is no other way in or
// out, so that "locked" can not be left without the vault being opened again.

export type Desk =
  | { at: 'starting' }
  | { at: 'unreachable' }
  | { at: 'setup'; token: string }
  | { at: 'sign-in'; because: SignedOut }
  | { at: 'recovery' }
  | { at: 'locked'; because: 'idle' | 'asked' | 'reload' | 'still-signed-in' }
  | { at: 'open' };

/** Why the sign-in page is shown: so that it can say so. */
export type SignedOut = 'fresh' | 'signed-out' | 'session-ended';

export type Happened =
  | { kind: 'setup-token'; token: string }
  | { kind: 'session'; found: 'live' | 'none' | 'unreachable' }
  | { kind: 'opened' }
  | { kind: 'idle' }
  | { kind: 'lock' }
  | { kind: 'signed-out' }
  | { kind: 'sign-out-failed' }
  | { kind: 'session-ended' }
  | { kind: 'forgotten' }
  | { kind: 'back' };

export const START: Desk = { at: 'starting' };

export function next(desk: Desk, happened: Happened): Desk {
  switch (happened.kind) {
    case 'setup-token':
      return { at: 'setup', token: happened.token };
    case 'session':
      if (desk.at !== 'starting' && desk.at !== 'unreachable') return desk;
      if (happened.found === 'live') return { at: 'locked', because: 'reload' };
      if (happened.found === 'none') return { at: 'sign-in', because: 'fresh' };
      return { at: 'unreachable' };
    case 'opened':
      return desk.at === 'starting' || desk.at === 'unreachable' ? desk : { at: 'open' };
    case 'idle':
      return desk.at === 'open' ? { at: 'locked', because: 'idle' } : desk;
    case 'lock':
      return desk.at === 'open' ? { at: 'locked', because: 'asked' } : desk;
    case 'sign-out-failed':
      return desk.at === 'locked' ? { at: 'locked', because: 'still-signed-in' } : desk;
    case 'signed-out':
      return { at: 'sign-in', because: 'signed-out' };
    case 'session-ended':
      return desk.at === 'open' || desk.at === 'locked' ? { at: 'sign-in', because: 'session-ended' } : desk;
    case 'forgotten':
      return desk.at === 'sign-in' || desk.at === 'locked' ? { at: 'recovery' } : desk;
    case 'back':
      return desk.at === 'recovery' || desk.at === 'setup' ? { at: 'sign-in', because: 'fresh' } : desk;
  }
}
