/** What passes between the desk's page and its worker: calls by name, their answers, progress of savings. */
import { Problem, type ProblemType } from '../../api/problem.ts';
import { SealedError, refusalFrom } from '../../sealed/errors.ts';
import type { SubmissionId } from '../../sealed/ids.ts';
import type { Desk, Destination, ZipWish } from '../desk.ts';
import { SavingError, type SavingProgress, type SavingReason } from '../desk.ts';

/** The calls that answer once. */
export type Calls = Omit<Desk, 'lock' | 'unlocked' | 'save' | 'saveAll' | 'read'>;
export type CallName = keyof Calls;

export type ToDesk =
  | { readonly kind: 'call'; readonly id: number; readonly name: CallName; readonly args: readonly unknown[] }
  | SaveMessage
  | { readonly kind: 'cancel' | 'pause' | 'resume' | 'discard'; readonly id: number }
  | ReadMessage;

export interface SaveMessage {
  readonly kind: 'save';
  readonly id: number;
  readonly submission: SubmissionId;
  /** One file as it is, or several in a zip. */
  readonly what: number | ZipWish;
  readonly destination: Destination;
}

/** `reading` is the id of the message that began it. */
export type ReadMessage =
  | {
      readonly kind: 'begin-reading';
      readonly id: number;
      readonly submission: SubmissionId;
      readonly n: number;
    }
  | {
      readonly kind: 'read';
      readonly id: number;
      readonly reading: number;
      readonly from: number;
      readonly to: number;
    }
  | {
      readonly kind: 'serve';
      readonly id: number;
      readonly reading: number;
      readonly port: MessagePort;
      readonly type: string;
      readonly name: string;
    }
  | { readonly kind: 'end-reading'; readonly id: number; readonly reading: number };

export type FromDesk =
  | { readonly kind: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'error'; readonly id: number; readonly error: PassedError }
  | { readonly kind: 'reading-failed'; readonly id: number; readonly error: PassedError }
  | { readonly kind: 'progress'; readonly id: number; readonly progress: SavingProgress };

export type PassedError =
  | {
      readonly kind: 'problem';
      readonly type: ProblemType;
      readonly status: number;
      readonly state: string | null;
      readonly at: number | null;
      readonly retryAfter: number | null;
    }
  | { readonly kind: 'sealed'; readonly format: string; readonly reason: string }
  | { readonly kind: 'saving'; readonly reason: SavingReason }
  | { readonly kind: 'other'; readonly message: string };

export function passed(error: unknown): PassedError {
  if (error instanceof Problem) {
    const { type, status, state, at, retryAfter } = error;
    return { kind: 'problem', type, status, state, at, retryAfter };
  }
  if (error instanceof SealedError) return { kind: 'sealed', format: error.format, reason: error.reason };
  if (error instanceof SavingError) return { kind: 'saving', reason: error.reason };
  return { kind: 'other', message: error instanceof Error ? error.name : 'unknown' };
}

export function received(error: PassedError): Error {
  switch (error.kind) {
    case 'problem':
      return new Problem(error.type, error.status, error);
    case 'sealed':
      return refusalFrom(error.format, error.reason);
    case 'saving':
      return new SavingError(error.reason);
    case 'other':
      return new Error(error.message);
  }
}
