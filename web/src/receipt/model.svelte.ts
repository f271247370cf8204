/** The receipt of one delivery: looked up again while the page is seen, and erased when asked to. */
import { Problem } from '../api/problem.ts';
import { eraseReceipt, getReceipt } from '../api/sender.ts';
import type { Receipt } from '../api/types.ts';
import { toBase64url } from '../sealed/bytes.ts';
import { LinkError } from '../sealed/errors.ts';
import { type LinkParts, parseLink, receiptAuth } from '../sealed/link.ts';
import { readKept } from '../send/kept.ts';
import { ReplyVisit } from './reply.svelte.ts';
import { nextLook, storyOf } from './story.ts';

export type ReceiptStop = 'missing' | 'malformed' | 'unknown' | 'offline' | 'server' | 'insecure';

export class ReceiptVisit {
  receipt = $state.raw<Receipt | null>(null);
  stop = $state<ReceiptStop | null>(null);
  /** Names of who can open it, where this browser sent it. */
  readers = $state('');
  /** Who replied, where only one person can have. */
  reader = $state('');
  now = $state(Date.now() / 1000);
  /** When the server was last heard, in seconds; null while it is being heard. */
  staleSince = $state<number | null>(null);
  erasing = $state<'no' | 'yes' | 'failed'>('no');
  readonly reply = new ReplyVisit();
  readonly story = $derived(this.receipt ? storyOf(this.receipt, this.now) : null);

  #parts: LinkParts | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #looks = 0;
  #heard = 0;

  async start(href: string): Promise<void> {
    this.stop = null;
    if (!isSecureContext) {
      this.stop = 'insecure';
      return;
    }
    try {
      this.#parts = parseLink(href);
    } catch (error) {
      if (!(error instanceof LinkError)) throw error;
      this.stop = error.reason === 'missing' ? 'missing' : 'malformed';
      return;
    }
    const kept = await readKept(toBase64url(this.#parts.fingerprint));
    const sent = kept?.delivered?.receipt === href ? kept.delivered : null;
    this.readers = sent?.readers ?? '';
    this.reader = sent?.reader ?? '';
    await this.look();
  }

  /** Looks it up now, and again later for as long as the page is seen. */
  async look(): Promise<void> {
    const parts = this.#parts;
    if (!parts) return;
    clearTimeout(this.#timer);
    try {
      this.receipt = await getReceipt(receiptAuth(parts.secret));
      this.#heard = Date.now() / 1000;
      this.staleSince = null;
      this.stop = null;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.#failed(error);
    }
    this.now = Date.now() / 1000;
    if (this.receipt && this.story) void this.reply.follow(this.receipt, parts, this.story.chapter);
    if (document.visibilityState !== 'visible' || this.stop === 'unknown') return;
    if (this.receipt?.state === 'erased') return;
    const seconds = nextLook(this.#looks++, this.story?.chapter ?? 'receiving');
    this.#timer = setTimeout(() => void this.look(), seconds * 1000);
  }

  /** The page is seen again, or hidden. */
  seen(visible: boolean): void {
    clearTimeout(this.#timer);
    this.#looks = 0;
    if (visible && this.stop !== 'missing' && this.stop !== 'malformed') void this.look();
  }

  async erase(): Promise<void> {
    if (!this.#parts || this.erasing === 'yes') return;
    this.erasing = 'yes';
    try {
      await eraseReceipt(receiptAuth(this.#parts.secret));
      this.erasing = 'no';
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.erasing = 'failed';
    }
    this.#looks = 0;
    await this.look();
  }

  async eraseReply(): Promise<void> {
    if (!this.#parts) return;
    await this.reply.erase(this.#parts);
    await this.look();
  }

  leave(): void {
    clearTimeout(this.#timer);
  }

  #failed(problem: Problem): void {
    if (problem.type === 'not-available') this.stop = 'unknown';
    else if (this.receipt) this.staleSince = this.#heard;
    else this.stop = problem.type === 'unreachable' && !navigator.onLine ? 'offline' : 'server';
  }
}
