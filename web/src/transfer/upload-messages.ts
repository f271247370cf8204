/** What passes between the sender's page and the upload worker. */
import type { SendingProgress, SendingReason, SendingStart, SendingState, Sent } from './sending.ts';

export type ToUpload =
  | { readonly kind: 'start'; readonly start: SendingStart }
  | { readonly kind: 'pause' | 'resume' | 'wake' | 'cancel' };

export type FromUpload =
  | { readonly kind: 'state'; readonly state: SendingState }
  | { readonly kind: 'progress'; readonly progress: SendingProgress }
  | { readonly kind: 'sent'; readonly sent: Sent }
  | {
      readonly kind: 'failed';
      readonly reason: SendingReason;
      readonly at: number | null;
      readonly file: number | null;
      readonly detail: string;
    };
