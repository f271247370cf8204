/** What passes between the receipt's page and the worker that opens a reply. */
import type { SubmissionId } from '../sealed/ids.ts';
import type { LinkParts } from '../sealed/link.ts';
import type { OpenedReview } from './desk.ts';

export interface WantedReply {
  readonly receipt: LinkParts;
  readonly submission: SubmissionId;
}

export type ReplyAnswer =
  | { readonly kind: 'reply'; readonly reply: OpenedReview }
  /** `missing`: it was erased meanwhile. `refused`: it is not the trainer's, or was altered. */
  | { readonly kind: 'missing' | 'refused' | 'unreachable' };

/** Why a reply can not be shown. */
export type ReplyTrouble = Exclude<ReplyAnswer['kind'], 'reply'>;
