/** The reply of one receipt: asked for when there is a new one, let go of when it is gone. */
import { Problem } from '../api/problem.ts';
import { eraseReply } from '../api/sender.ts';
import type { Receipt } from '../api/types.ts';
import { type LinkParts, receiptAuth } from '../sealed/link.ts';
import type { OpenedReview } from '../transfer/desk.ts';
import type { ReplyTrouble } from '../transfer/reply-messages.ts';
import { askForReply } from '../transfer/reply-worker.ts';
import type { Chapter } from './story.ts';

export class ReplyVisit {
  reply = $state.raw<OpenedReview | null>(null);
  trouble = $state<ReplyTrouble | null>(null);
  opening = $state(false);
  erasing = $state<'no' | 'yes' | 'failed'>('no');
  #version: number | null = null;

  /** What the server says now. One that could not be fetched is asked for again. */
  async follow(receipt: Receipt, parts: LinkParts, chapter: Chapter): Promise<void> {
    const ends = chapter === 'erasing' || chapter === 'erased';
    const version = ends ? null : (receipt.reply?.version ?? null);
    if (version === this.#version && this.trouble !== 'unreachable') return;
    if (this.opening && version === this.#version) return;
    if (version !== this.#version) this.reply = null;
    this.#version = version;
    this.trouble = null;
    if (version === null) return;
    this.opening = true;
    const answer = await askForReply({ receipt: parts, submission: receipt.submission });
    if (this.#version !== version) return;
    this.opening = false;
    if (answer.kind === 'reply') this.reply = answer.reply;
    else this.trouble = answer.kind;
  }

  /** Whether it is gone. */
  async erase(parts: LinkParts): Promise<boolean> {
    if (this.erasing === 'yes') return false;
    this.erasing = 'yes';
    try {
      await eraseReply(receiptAuth(parts.secret));
      this.erasing = 'no';
      return true;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.erasing = 'failed';
      return false;
    }
  }
}
