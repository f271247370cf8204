/** What passes between the sender's page and the upload worker. */
import type { LinkParts } from '../sealed/link.ts';
import type {
  PickedFile,
  SendingProgress,
  SendingReason,
  SendingStart,
  SendingState,
  Sent,
  WaitingFor,
} from './sending.ts';

export type ToUpload =
  | { readonly kind: 'start'; readonly start: SendingStart }
  | { readonly kind: 'continue'; readonly parts: LinkParts }
  | {
      readonly kind: 'change';
      /** Named in the answer. */
      readonly id: number;
      readonly add: readonly PickedFile[];
      readonly remove: readonly number[];
    }
  | { readonly kind: 'pause' | 'resume' | 'wake' | 'cancel' };

/** A SendingError on its way to the page. */
export interface Failure {
  readonly reason: SendingReason;
  readonly at: number | null;
  readonly file: number | null;
  readonly detail: string;
}

export type FromUpload =
  | { readonly kind: 'state'; readonly state: SendingState; readonly waitingFor: WaitingFor | null }
  | { readonly kind: 'progress'; readonly progress: SendingProgress }
  | { readonly kind: 'safe'; readonly safe: boolean }
  | { readonly kind: 'changed'; readonly id: number; readonly failure: Failure | null }
  | { readonly kind: 'sent'; readonly sent: Sent }
  | ({ readonly kind: 'failed' } & Failure);
