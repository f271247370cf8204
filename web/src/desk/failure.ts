/**
 * What went wrong, as the desk's pages tell it apart. Errors arrive from the worker and the server by
 * their stable names; anything unknown is `failed`, never a success and never a detail on screen.
 */
import { Problem } from '../api/problem.ts';
import { SealedError } from '../sealed/errors.ts';
import { type Refusal, SavingError } from '../transfer/desk.ts';

export type Failure =
  | { kind: 'wrong' }
  | { kind: 'wait'; seconds: number }
  | { kind: 'session-ended' }
  | { kind: 'gone' }
  | { kind: 'unreachable' }
  | { kind: 'disk-full' }
  | { kind: 'too-long' }
  | { kind: 'refused'; because: Because }
  | { kind: 'failed' };

/** Which part does not agree; each has its sentence in the text. */
export type Because =
  'card' | 'link' | 'submission' | 'invitation' | 'proof' | 'files' | 'manifest' | 'altered' | 'other';

const LONGEST_WAIT = 3600;

export function failureOf(error: unknown): Failure {
  if (error instanceof Problem) return ofProblem(error);
  if (error instanceof SavingError) {
    if (error.reason === 'erased') return { kind: 'gone' };
    return error.reason === 'altered' ? { kind: 'refused', because: 'altered' } : { kind: 'failed' };
  }
  if (error instanceof SealedError) {
    if (error.format === 'vault') return { kind: 'wrong' };
    if (error.format === 'invitation' && error.reason === 'too-large') return { kind: 'too-long' };
    return { kind: 'refused', because: becauseOf(error) };
  }
  return { kind: 'failed' };
}

function ofProblem(problem: Problem): Failure {
  if (problem.status === 0) return { kind: 'unreachable' };
  if (problem.type === 'too-many-tries') {
    return { kind: 'wait', seconds: Math.min(LONGEST_WAIT, Math.max(1, problem.retryAfter ?? 1)) };
  }
  if (problem.type === 'sign-in-refused' || problem.type === 'setup-refused') return { kind: 'wrong' };
  if (problem.type === 'disk-full') return { kind: 'disk-full' };
  if (problem.status === 401) return { kind: 'session-ended' };
  if (problem.type === 'not-available' || problem.type === 'erased') return { kind: 'gone' };
  return { kind: 'failed' };
}

/** With a session that stood before, a refused sign-in means that it has ended. */
export function endsSession(error: unknown): boolean {
  return error instanceof Problem && error.status === 401;
}

export function becauseOf(refusal: Refusal): Because {
  const { format, reason } = refusal;
  if (format === 'card') return reason === 'link' ? 'link' : 'card';
  if (format === 'invitation') return reason === 'other-link' ? 'link' : 'invitation';
  if (format === 'manifest') {
    switch (reason) {
      case 'proof':
      case 'link':
      case 'submission':
      case 'invitation':
        return reason;
      case 'files':
      case 'head':
      case 'size':
        return 'files';
      default:
        return 'manifest';
    }
  }
  return format === 'age' || format === 'stream' || format === 'header' ? 'manifest' : 'other';
}
