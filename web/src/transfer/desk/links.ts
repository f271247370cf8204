/** Making links, and reading the cards of those that were made. A card that is refused is shown as refused. */
import { Problem } from '../../api/problem.ts';
import type { LinkRecord } from '../../api/types.ts';
import { fromBase64url, toBase64url } from '../../sealed/bytes.ts';
import { type Card, openCard, sealCard } from '../../sealed/card.ts';
import { CardError, SealedError } from '../../sealed/errors.ts';
import { newIdentity, recipientOf } from '../../sealed/identity.ts';
import { newLinkId } from '../../sealed/ids.ts';
import { type Invitation, checkInvitation, openInvitation, sealInvitation } from '../../sealed/invitation.ts';
import { bearerHash, fingerprintOf, formatLink, linkAuth, newLink } from '../../sealed/link.ts';
import type { DeskLink, LinkDraft, Listed, MadeLink, Refusal } from '../desk.ts';
import type { Account, DeskApi } from './account.ts';

const MOST_PUTS = 3;

export class Links {
  readonly #api: DeskApi;
  readonly #account: Account;
  /** Opened cards by their sealed text: lists are read often, and a card never changes. */
  readonly #cards = new Map<string, Promise<Card>>();

  constructor(api: DeskApi, account: Account) {
    this.#api = api;
    this.#account = account;
  }

  async make(draft: LinkDraft, origin: string): Promise<MadeLink> {
    const { identity: own, vault } = this.#account.unlocked;
    const identity = newIdentity();
    const recipient = recipientOf(identity);
    const parts = newLink(recipient);
    const link = newLinkId();
    const { label, template, max_seconds, retention, closes_at, uses, max_files, max_bytes } = draft;
    const invitation: Invitation = {
      v: 1,
      link,
      from: vault.display_name,
      greeting: draft.greeting,
      instructions: draft.instructions,
      questions: draft.questions,
      notice: draft.notice,
      readers: [vault.display_name],
      ...(max_seconds === null ? {} : { max_seconds }),
      retention,
      closes_at,
      uses,
      max_files,
      max_bytes,
    };
    const content = { link, label, secret: parts.secret, identity, retention, uses, closes_at, template };
    const card = await sealCard(content, own, recipientOf(own));
    await this.#put(link, {
      auth_hash: bearerHash(linkAuth(parts.secret)),
      recipient,
      invitation: toBase64url(sealInvitation(invitation, parts.secret, recipient)),
      cards: { [vault.account]: toBase64url(card) },
      retention,
      closes_at,
      uses,
      max_files,
      max_bytes,
    });
    return { id: link, url: formatLink(origin, parts), closes_at };
  }

  async list(origin: string): Promise<Listed<DeskLink>> {
    // A locked desk lists nothing, rather than a list of refusals.
    this.#account.requireUnlocked();
    const { links, unreadable } = await this.#api.getLinks();
    return { sound: await Promise.all(links.map((record) => this.#read(record, origin))), unreadable };
  }

  /** Opens a card, once. Throws SealedError. */
  card(sealed: string): Promise<Card> {
    const { identity } = this.#account.unlocked;
    let card = this.#cards.get(sealed);
    if (card === undefined) {
      card = Promise.resolve().then(() => openCard(fromBase64url(sealed), identity, this.#account.makers));
      this.#cards.set(sealed, card);
      card.catch(() => this.#cards.delete(sealed));
    }
    return card;
  }

  async #read(record: LinkRecord, origin: string): Promise<DeskLink> {
    try {
      const card = await this.card(record.card);
      checkCard(card, record);
      const parts = { secret: card.secret, fingerprint: fingerprintOf(card.recipient) };
      const { label, template } = card;
      return {
        record,
        label,
        template,
        url: formatLink(origin, parts),
        invitation: invitationOf(record, card),
        refusal: null,
      };
    } catch (error) {
      return { record, label: null, template: null, url: null, invitation: null, refusal: refusalOf(error) };
    }
  }

  /** The id is ours and repeating states the same, so an answer that was lost is asked for again. */
  async #put(...link: Parameters<DeskApi['putLink']>): Promise<void> {
    for (let put = 1; ; put++) {
      try {
        return await this.#api.putLink(...link);
      } catch (error) {
        if (!(error instanceof Problem) || error.status !== 0 || put >= MOST_PUTS) throw error;
      }
    }
  }
}

/** The server says of a link what its card says. Throws CardError `link`. */
function checkCard(card: Card, record: LinkRecord): void {
  const agrees =
    card.link === record.id &&
    card.recipient === record.recipient &&
    card.retention === record.retention &&
    card.uses === record.uses &&
    card.closes_at === record.closes_at;
  if (!agrees) throw new CardError('link');
}

function invitationOf(record: LinkRecord, card: Card): Invitation | null {
  if (record.invitation === null) return null;
  const invitation = openInvitation(fromBase64url(record.invitation), card.secret, card.recipient);
  checkInvitation(invitation, { ...record, link: record.id });
  return invitation;
}

/** What is refused is listed so; anything else that goes wrong is thrown. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof SealedError) return { format: error.format, reason: error.reason };
  throw error;
}
