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
  const aboutTheRequest = [400, 409, 411, 413, 414, 415, 422, 431];
  return type === 'unknown' && !aboutTheRequest.includes(status) ? 'server' : null;
}

/** Tries again as long as what goes wrong may pass; `unless` names problems that are to be told at once. */
export async function patiently<T>(
  control: Control,
  attempt: (signal: AbortSignal) => Promise<T>,
  unless: readonly Problem['type'][] = [],
): Promise<T> {
  for (;;) {
    try {
      const answer = await control.run(attempt);
      control.succeeded();
      return answer;
    } catch (error) {
      if (error instanceof Interrupted) continue;
      if (!(error instanceof Problem) || unless.includes(error.type)) throw error;
      const why = passes(error);
      if (why === null) throw error;
      await control.wait(error.retryAfter, why);
    }
  }
}
