// Five idle minutes lock the desk. Time that passed while the computer slept counts too: the
// instant of the last touch is compared, a timer only asks. A film that is playing and a file that is
// on its way to disk count as use, said by `busy`.

export const IDLE_MS = 5 * 60_000;
const ASK_EVERY_MS = 5_000;
const TOUCHES = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart', 'scroll'] as const;

/** A clock set back by as much locks too: nobody knows then how long it was. */
export function isIdle(lastTouch: number, now: number): boolean {
  return Math.abs(now - lastTouch) >= IDLE_MS;
}

export interface IdleWatch {
  stop: () => void;
}

export interface IdleHost {
  now: () => number;
  every: (ms: number, ask: () => void) => () => void;
  onTouch: (touched: () => void) => () => void;
}

export function watchIdle(host: IdleHost, locked: () => void, busy: () => boolean = () => false): IdleWatch {
  let last = host.now();
  const leaveTouch = host.onTouch(() => {
    // A touch after a long sleep must not save what should have locked before it.
    if (isIdle(last, host.now())) return lock();
    last = host.now();
  });
  const leaveClock = host.every(ASK_EVERY_MS, () => {
    if (isIdle(last, host.now())) return lock();
    if (busy()) last = host.now();
  });
  let stopped = false;
  function stop(): void {
    stopped = true;
    leaveTouch();
    leaveClock();
  }
  function lock(): void {
    if (stopped) return;
    stop();
    locked();
  }
  return { stop };
}

export const thisPage: IdleHost = {
  now: () => Date.now(),
  every: (ms, ask) => {
    const timer = setInterval(ask, ms);
    document.addEventListener('visibilitychange', ask);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', ask);
    };
  },
  onTouch: (touched) => {
    for (const name of TOUCHES) addEventListener(name, touched, { passive: true, capture: true });
    return () => {
      for (const name of TOUCHES) removeEventListener(name, touched, { capture: true });
    };
  },
};
