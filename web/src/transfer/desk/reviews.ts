/**
 * What the trainer says about an opened submission: notes for himself, a reply to the sender. Sealed and
 * checked here, where the link's identity is.
 */
import { Problem } from '../../api/problem.ts';
import { ReplyError } from '../../sealed/errors.ts';
import type { SubmissionId } from '../../sealed/ids.ts';
import { PART_TYPES, type Part, type Review, openNotes, sealNotes, sealReply } from '../../sealed/reply.ts';
import { type OpenedNotes, type OpenedReview, type Said, SavingError } from '../desk.ts';
import type { DeskApi } from './account.ts';
import type { Reviewed, Submissions } from './submissions.ts';

export class Reviews {
  readonly #api: DeskApi;
  readonly #submissions: Pick<Submissions, 'reviewed'>;
  readonly #now: () => number;

  /** `now`: seconds since 1970. */
  constructor(api: DeskApi, submissions: Pick<Submissions, 'reviewed'>, now: () => number) {
    this.#api = api;
    this.#submissions = submissions;
    this.#now = now;
  }

  async notes(id: SubmissionId): Promise<OpenedNotes | null> {
    const { identity } = this.#of(id);
    const stored = await this.#api.getNotes(id).catch((error: unknown) => {
      // The submission is there, so it is the notes that are not; when it is gone the desk hears of that.
      if (error instanceof Problem && error.type === 'not-available') return null;
      throw error;
    });
    if (stored === null) return null;
    return { ...shownReview(await openNotes(stored.sealed, id, identity)), etag: stored.etag };
  }

  async putNotes(id: SubmissionId, said: Said, parts: readonly Blob[], etag: string | null): Promise<string> {
    const { identity } = this.#of(id);
    return this.#api.putNotes(id, await sealNotes(await this.#review(id, said, parts), identity), etag);
  }

  async eraseNotes(id: SubmissionId): Promise<void> {
    await this.#api.eraseNotes(id);
  }

  async putReply(id: SubmissionId, said: Said, parts: readonly Blob[]): Promise<void> {
    const { identity, replyTo } = this.#of(id);
    if (replyTo === null) throw new ReplyError('no-address');
    await this.#api.putReply(id, await sealReply(await this.#review(id, said, parts), identity, replyTo));
  }

  async eraseReply(id: SubmissionId): Promise<void> {
    await this.#api.eraseReply(id);
  }

  #of(id: SubmissionId): Reviewed {
    const reviewed = this.#submissions.reviewed(id);
    if (reviewed === null) throw new SavingError('not-opened');
    return reviewed;
  }

  async #review(id: SubmissionId, { text, notes }: Said, parts: readonly Blob[]): Promise<Review> {
    return {
      submission: id,
      written_at: this.#now(),
      text,
      notes,
      parts: await Promise.all(parts.map(partOf)),
    };
  }
}

/** What a review says, as pages show it: parts are Blobs of one of PART_TYPES. */
export function shownReview({ written_at, text, notes, parts }: Review): OpenedReview {
  return {
    written_at,
    text,
    notes,
    parts: parts.map(({ type, bytes }) => new Blob([bytes], { type })),
  };
}

/** Recorders add parameters to the type, which say nothing that the file does not. */
async function partOf(blob: Blob): Promise<Part> {
  const type = PART_TYPES.find((known) => known === blob.type.split(';')[0]?.trim().toLowerCase());
  if (type === undefined) throw new ReplyError('malformed');
  return { type, bytes: new Uint8Array(await blob.arrayBuffer()) };
}
