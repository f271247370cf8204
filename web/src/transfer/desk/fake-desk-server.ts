/** The server as a desk sees it, in memory, for tests: honest unless a test changes what it stores or answers. */
import type { SealedNotes } from '../../api/desk.ts';
import { Problem } from '../../api/problem.ts';
import type { LinkRecord, SetupRequest, SubmissionDetail } from '../../api/types.ts';
import { type Bytes, fromBase64url, randomBytes, sha256, toBase64url } from '../../sealed/bytes.ts';
import type { LinkId, SubmissionId } from '../../sealed/ids.ts';
import { bearerHash } from '../../sealed/link.ts';
import type { DeskApi } from './account.ts';

type Writable<T> = { -readonly [K in keyof T]: T[K] };

export interface StoredSubmission {
  detail: Writable<SubmissionDetail>;
  manifest: Bytes;
  files: Map<number, Bytes>;
  notes: SealedNotes | null;
  reply: Bytes | null;
}

export class FakeDeskServer {
  account: Writable<SetupRequest> | null = null;
  etag = 1;
  signedIn = false;
  links = new Map<LinkId, Writable<LinkRecord>>();
  submissions = new Map<SubmissionId, StoredSubmission>();
  setupToken = randomBytes(32);
  readonly #salts = new Map<string, Bytes>();
  /** Called with what is asked for; may throw. */
  before: (call: string) => void = () => undefined;
  /** What a file answers for a stretch; null for the true bytes. */
  alter: (part: { id: SubmissionId; n: number; from: number; to: number }) => Bytes | null = () => null;

  readonly api: DeskApi = {
    getSalt: (name) => this.#call('salt', () => this.#salt(name)),
    signIn: (name, proof) =>
      this.#call('session', () => {
        const right =
          this.account?.name === name && this.account.sign_in_hash === bearerHash(fromBase64url(proof, 32));
        if (!right || this.account === null) throw new Problem('sign-in-refused', 401);
        this.signedIn = true;
        return { account: this.account.account, expires_at: 9 };
      }),
    signOut: () => this.#call('sign-out', () => void (this.signedIn = false)),
    setUp: (token, request) =>
      this.#call('setup', () => {
        if (this.account !== null || toBase64url(token) !== toBase64url(this.setupToken))
          throw new Problem('setup-refused', 403);
        this.account = { ...request };
      }),
    getVault: () => this.#call('vault', () => ({ ...this.#own(), etag: String(this.etag) })),
    putVault: (vault, etag) =>
      this.#call('put vault', () => {
        if (etag !== String(this.etag)) throw new Problem('unlocked-elsewhere', 412);
        this.#own().vault = vault;
        return String(++this.etag);
      }),
    putUnlock: ({ sign_in_hash, unlock, proof }, recovery) =>
      this.#call('unlock', () => {
        const account = this.account;
        if (account === null) throw new Problem('sign-in-refused', 401);
        const proven = proof !== undefined && bearerHash(fromBase64url(proof, 32)) === account.sign_in_hash;
        const recovered = recovery !== undefined && bearerHash(recovery) === account.recovery_hash;
        if (!proven && !recovered) throw new Problem('sign-in-refused', 401);
        Object.assign(account, { sign_in_hash, unlock });
        this.signedIn = false;
      }),
    getLinks: () => this.#call('links', () => ({ links: [...this.links.values()], unreadable: 0 })),
    putLink: (id, link) =>
      this.#call('put link', () => {
        const { auth_hash: _, cards, ...rest } = link;
        const card = cards[this.#own().account] ?? '';
        const state = {
          state: 'open' as const,
          created_at: 1,
          ended_at: null,
          uses_left: link.uses,
          receiving: [],
        };
        this.links.set(id, { ...rest, id, card, ...state });
      }),
    closeLink: () => this.#call('close', () => undefined),
    getSubmissions: () =>
      this.#call('submissions', () => ({
        submissions: [...this.submissions.values()].map(({ detail }) => detail),
        unreadable: 0,
      })),
    getSubmission: (id) => this.#call('submission', () => ({ ...this.#stored(id).detail })),
    getManifest: (id) => this.#call('manifest', () => this.#stored(id).manifest),
    getFilePart: ({ id, n, from, to }, moved) =>
      this.#call('part', () => {
        const bytes =
          this.alter({ id, n, from, to }) ??
          this.#stored(id)
            .files.get(n)
            ?.slice(from, to + 1);
        if (bytes === undefined) throw new Problem('not-available', 404);
        moved(bytes.length, bytes);
        if (bytes.length !== to - from + 1) throw new Problem('unreachable', 0);
        return bytes;
      }),
    getNotes: (id) =>
      this.#call('notes', () => {
        const { notes } = this.#stored(id);
        if (notes === null) throw new Problem('not-available', 404);
        return notes;
      }),
    putNotes: (id, sealed, etag) =>
      this.#call('put notes', () => {
        const stored = this.#stored(id);
        if (etag !== (stored.notes?.etag ?? null)) throw new Problem('notes-changed', 412);
        stored.notes = { sealed, etag: `"${String(this.etag++)}"` };
        return stored.notes.etag;
      }),
    eraseNotes: (id) => this.#call('erase notes', () => void (this.#stored(id).notes = null)),
    putReply: (id, sealed) => this.#call('put reply', () => void (this.#stored(id).reply = sealed)),
    eraseReply: (id) => this.#call('erase reply', () => void (this.#stored(id).reply = null)),
    markOpened: () => this.#call('opened', () => undefined),
    markSaved: () => this.#call('saved', () => undefined),
    keepSubmission: () => this.#call('keep', () => undefined),
    eraseSubmission: () => this.#call('erase', () => undefined),
  };

  #own(): Writable<SetupRequest> {
    if (this.account === null || !this.signedIn) throw new Problem('sign-in-refused', 401);
    return this.account;
  }

  #stored(id: SubmissionId): StoredSubmission {
    const stored = this.submissions.get(id);
    if (stored === undefined) throw new Problem('not-available', 404);
    return stored;
  }

  #salt(name: string): Bytes {
    const salt = this.#salts.get(name) ?? sha256(new TextEncoder().encode(name)).slice(0, 16);
    this.#salts.set(name, salt);
    return salt;
  }

  async #call<T>(call: string, act: () => T): Promise<T> {
    await Promise.resolve();
    this.before(call);
    return act();
  }
}
