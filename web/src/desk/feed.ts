/**
 * News from the server while the desk is open. A connection that breaks is made again, with growing
 * pauses, and after each new connection the lists are asked for anew, because something may have been
 * missed. It ends for good when stopped.
 */
import type { DeskEvent } from '../api/types.ts';

export interface FeedHost {
  listen: (heard: (event: DeskEvent) => void, connected: (open: boolean) => void) => () => void;
  later: (ms: number, then: () => void) => () => void;
}

export interface FeedEars {
  heard: (event: DeskEvent) => void;
  connected: (open: boolean) => void;
}

/** Real time, and the stream that is given. */
export function thisNetwork(listen: FeedHost['listen']): FeedHost {
  return {
    listen,
    later: (ms, then) => {
      const timer = setTimeout(then, ms);
      return () => clearTimeout(timer);
    },
  };
}

export const PAUSES_MS: readonly number[] = [1_000, 2_000, 5_000, 10_000, 30_000];

export function follow(host: FeedHost, ears: FeedEars): () => void {
  let stopListening: () => void = () => undefined;
  let stopWaiting: () => void = () => undefined;
  let failures = 0;
  let stopped = false;

  function start(): void {
    let ended = false;
    stopListening = host.listen(
      (event) => {
        if (!ended && !stopped) ears.heard(event);
      },
      (open) => {
        if (ended || stopped) return;
        if (open) {
          failures = 0;
          ears.connected(true);
          return;
        }
        ended = true;
        stopListening();
        ears.connected(false);
        // The browser gives up for ever on an answer that is no stream; so the retry is ours.
        const pause = PAUSES_MS[Math.min(failures, PAUSES_MS.length - 1)] ?? 30_000;
        failures += 1;
        if (!stopped) stopWaiting = host.later(pause, start);
      },
    );
  }
  start();
  return () => {
    stopped = true;
    stopWaiting();
    stopListening();
  };
}
