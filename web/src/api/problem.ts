/** A refusal of the server: an `application/problem+json` document, or what stands for one. */
import { isObject } from '../sealed/json.ts';

/** All that `src/http` says; a test compares them. */
export const PROBLEM_TYPES = [
  'not-available',
  'link-spent',
  'link-closed',
  'link-expired',
  'link-busy',
  'too-large',
  'disk-full',
  'not-age',
  'manifest-too-large',
  'review-too-large',
  'notes-changed',
  'manifest-differs',
  'files-incomplete',
  'size-differs',
  'offset-differs',
  'interrupted',
  'piece-too-small',
  'proof-malformed',
  'already-received',
  'conflict',
  'taken',
  'changed',
  'erased',
  'file-ended',
  'sign-in-refused',
  'setup-refused',
  'too-many-tries',
  'unlocked-elsewhere',
  'cross-site',
  'alert-malformed',
  'alert-failed',
  'content-type',
  'length-required',
  'if-match-required',
  'tus-version',
  'range',
  'too-slow',
  'malformed',
  'internal',
] as const;

/** `unreachable`: no answer came. `unknown`: an answer that is not from our server, such as a proxy's. */
export type ProblemType = (typeof PROBLEM_TYPES)[number] | 'unreachable' | 'unknown';

export class Problem extends Error {
  readonly type: ProblemType;
  /** HTTP status, 0 when no answer came. */
  readonly status: number;
  /** State of a link or submission that has ended, and since when (seconds). */
  readonly state: string | null;
  readonly at: number | null;
  /** Seconds to wait, from Retry-After. */
  readonly retryAfter: number | null;
  /** A plain sentence for whoever asked; null when there is none. */
  readonly detail: string | null;

  constructor(type: ProblemType, status: number, more: Told = {}) {
    super(`${type} (${String(status)})`);
    this.name = 'Problem';
    this.type = type;
    this.status = status;
    this.state = more.state ?? null;
    this.at = more.at ?? null;
    this.retryAfter = more.retryAfter ?? null;
    this.detail = more.detail ?? null;
  }
}

interface Told {
  readonly state?: string | null;
  readonly at?: number | null;
  readonly retryAfter?: number | null;
  readonly detail?: string | null;
}

/** The problem that an answer's status, headers and body state; reads the body. */
export function problemOf(status: number, retryAfter: string | null, body: string): Problem {
  const seconds = retryAfter !== null && /^\d{1,9}$/.test(retryAfter) ? Number(retryAfter) : null;
  let document: unknown;
  try {
    document = JSON.parse(body);
  } catch {
    document = null;
  }
  if (!isObject(document)) return new Problem('unknown', status, { retryAfter: seconds });
  const { type, state, at, detail } = document;
  const known = PROBLEM_TYPES.find((name) => name === type) ?? 'unknown';
  return new Problem(known, status, {
    state: typeof state === 'string' ? state : null,
    at: typeof at === 'number' ? at : null,
    retryAfter: seconds,
    detail: typeof detail === 'string' && detail !== '' ? detail : null,
  });
}

/** Whether the same request may succeed later without anybody doing anything. */
export function isPassing(problem: Problem): boolean {
  if (problem.type === 'disk-full') return false;
  // Below 200: no answer, or one that was cut off within its status.
  return problem.status < 200 || problem.status === 408 || problem.status === 429 || problem.status >= 500;
}
