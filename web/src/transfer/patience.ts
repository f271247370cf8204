/** What goes wrong and passes by itself once a delivery is on its way, and trying again until it has. */
import { Problem } from '../api/problem.ts';
import { type Control, Interrupted } from './control.ts';
import type { WaitingFor } from './sending.ts';

/**
 * What to wait for; null when the answer stands. An answer that is not our server's, such as a proxy's page,
 * says nothing about the delivery; but 413 and the like are about the request.
 */
export function passes(problem: Problem): WaitingFor | null {
  const { type, status } = problem;
  if (status === 0) return 'network';
  if (type === 'disk-full') return 'disk';
  if (type === 'link-busy') return 'busy';
  if (status === 408 || status === 425 || status === 429 || status >= 500) return 'server';
  return type === 'unknown' && !ABOUT_THE_REQUEST.includes(status) ? 'server' : null;
}

const ABOUT_THE_REQUEST = [400, 409, 411, 413, 414, 415, 422, 431];

/**
 * A refusal without our server's words. Firefox hands out an answer that was cut off behind its status: 409
 * may be ours and name what passes, so it is asked for again, a few times. A bare 413 is a proxy's.
 */
export function isBare({ type, status }: Problem): boolean {
  return type === 'unknown' && ABOUT_THE_REQUEST.includes(status) && status !== 413;
}

/** Bare refusals in a row before one is believed. */
const MOST_BARE = 4;

/** Tries again as long as what goes wrong may pass; `unless` names problems that are to be told at once. */
export async function patiently<T>(
  control: Control,
  attempt: (signal: AbortSignal) => Promise<T>,
  unless: readonly Problem['type'][] = [],
): Promise<T> {
  for (let bare = 0; ;) {
    try {
      const answer = await control.run(attempt);
      control.succeeded();
      return answer;
    } catch (error) {
      if (error instanceof Interrupted) continue;
      if (!(error instanceof Problem) || unless.includes(error.type)) throw error;
      const why = passes(error);
      bare = isBare(error) ? bare + 1 : 0;
      if (why === null && (bare === 0 || bare > MOST_BARE)) throw error;
      await control.wait(error.retryAfter, why ?? 'server');
    }
  }
}
