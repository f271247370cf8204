/**
 * What arrived: listed by its card, opened with every check of section 6, the head and size of each file
 * among them. Nothing of a manifest leaves here before all of them passed.
 */
import type { SubmissionDetail } from '../../api/types.ts';
import { fromBase64url } from '../../sealed/bytes.ts';
import type { Card } from '../../sealed/card.ts';
import { CardError, ManifestError } from '../../sealed/errors.ts';
import { LONGEST_HEADER } from '../../sealed/header.ts';
import type { Identity } from '../../sealed/identity.ts';
import type { SubmissionId } from '../../sealed/ids.ts';
import { checkInvitation, openInvitation } from '../../sealed/invitation.ts';
import { checkFile, checkManifest, openManifest } from '../../sealed/manifest.ts';
import { NONCE } from '../../sealed/ranges.ts';
import type { ManifestFile } from '../../sealed/answers.ts';
import type { DeskSubmission, Listed, OpenedSubmission } from '../desk.ts';
import type { Account, DeskApi } from './account.ts';
import { type Links, refusalOf } from './links.ts';

/** A file whose head was checked, ready to be fetched whole. */
export interface CheckedFile {
  readonly id: SubmissionId;
  readonly entry: ManifestFile;
  /** F. */
  readonly size: number;
  readonly identity: Identity;
}

/** What a review of an opened submission is sealed with. */
export interface Reviewed {
  /** The link's. */
  readonly identity: Identity;
  readonly replyTo: string | null;
}

const never = new AbortController().signal;

export class Submissions {
  readonly #api: DeskApi;
  readonly #account: Account;
  readonly #links: Links;
  readonly #files = new Map<string, CheckedFile>();
  readonly #reviewed = new Map<SubmissionId, Reviewed>();

  constructor(api: DeskApi, account: Account, links: Links) {
    this.#api = api;
    this.#account = account;
    this.#links = links;
  }

  async list(): Promise<Listed<DeskSubmission>> {
    this.#account.requireUnlocked();
    const { submissions, unreadable } = await this.#api.getSubmissions();
    const sound = await Promise.all(
      submissions.map(async (record): Promise<DeskSubmission> => {
        try {
          const card = await this.#links.card(record.card);
          if (card.link !== record.link) throw new CardError('link');
          return { record, label: card.label, refusal: null };
        } catch (error) {
          return { record, label: null, refusal: refusalOf(error) };
        }
      }),
    );
    return { sound, unreadable };
  }

  async open(id: SubmissionId): Promise<OpenedSubmission> {
    this.#account.requireUnlocked();
    const [record, sealedManifest] = await Promise.all([
      this.#api.getSubmission(id),
      this.#api.getManifest(id),
    ]);
    if (record.id !== id) throw new ManifestError('submission');
    const card = await this.#links.card(record.card);
    if (card.link !== record.link) throw new CardError('link');
    const sealedInvitation = fromBase64url(record.invitation);
    const invitation = openInvitation(sealedInvitation, card.secret, card.recipient);
    const { retention, closes_at, uses } = card;
    checkInvitation(invitation, { ...invitation, link: card.link, retention, closes_at, uses });
    const manifest = await openManifest(sealedManifest, card.identity);
    checkManifest({
      card,
      invitation,
      sealedInvitation,
      submission: id,
      sealedManifest,
      manifest,
      proof: fromBase64url(record.proof),
      numbers: Object.keys(record.files).map(Number),
    });
    const checked = await Promise.all(manifest.files.map((entry) => this.#checked(entry, record, card)));
    for (const file of checked) this.#files.set(`${id} ${String(file.entry.n)}`, file);
    this.#reviewed.set(id, { identity: card.identity, replyTo: manifest.reply_to });
    return { record, label: card.label, invitation, manifest };
  }

  /** Null for a file that was not opened with its submission. */
  file(id: SubmissionId, n: number): CheckedFile | null {
    return this.#files.get(`${id} ${String(n)}`) ?? null;
  }

  /** Null for a submission that was not opened. */
  reviewed(id: SubmissionId): Reviewed | null {
    return this.#reviewed.get(id) ?? null;
  }

  async #checked(entry: ManifestFile, record: SubmissionDetail, card: Card): Promise<CheckedFile> {
    const size = record.files[String(entry.n)]?.size ?? 0;
    const to = Math.min(LONGEST_HEADER + NONCE, size) - 1;
    if (to < 0) throw new ManifestError('size');
    const part = { id: record.id, n: entry.n, from: 0, to, size };
    checkFile(entry, await this.#api.getFilePart(part, () => undefined, never), size);
    return { id: record.id, entry, size, identity: card.identity };
  }
}
