/**
 * What the server is told of one delivery, and what this browser writes down before: submission id,
 * receipt, the set of files, the manifest that pins them, the commit. Every call can be repeated.
 */
import { Problem } from '../api/problem.ts';
import type * as sender from '../api/sender.ts';
import type { CommitAnswer, Receipt } from '../api/types.ts';
import { type Bytes, sha256, toBase64url } from '../sealed/bytes.ts';
import { type LinkParts, bearerHash, formatReceipt, linkAuth, receiptAuth } from '../sealed/link.ts';
import { proofOf, sealManifest } from '../sealed/manifest.ts';
import { isFit, replyRecipient } from '../sealed/receipt.ts';
import { type Begun, type BegunFile, totalOf } from './begun.ts';
import type { Control } from './control.ts';
import { passes, patiently } from './patience.ts';
import type { Sent } from './sending.ts';
import type { BegunStore } from './state.ts';

export interface SubmissionPorts {
  readonly api: Pick<
    typeof sender,
    'putSubmission' | 'putManifest' | 'commit' | 'getReceipt' | 'eraseReceipt'
  >;
  readonly store: BegunStore;
  /** Seconds since 1970. */
  readonly now: () => number;
  readonly origin: string;
}

const MOST_NUMBERS = 256;

export class Submission {
  readonly #parts: LinkParts;
  readonly #control: Control;
  readonly #ports: SubmissionPorts;
  /** File numbers that are kept and flushed, and from which offset on. */
  readonly #kept = new Map<number, number>();
  #begun: Begun;
  #over = false;
  #remembers = true;
  #writing: Promise<boolean> = Promise.resolve(true);

  constructor(parts: LinkParts, begun: Begun, control: Control, ports: SubmissionPorts) {
    this.#parts = parts;
    this.#begun = begun;
    this.#control = control;
    this.#ports = ports;
    if (begun.kept) for (const { n, from } of begun.files) this.#kept.set(n, from);
  }

  get begun(): Begun {
    return this.#begun;
  }

  get bearer(): Bytes {
    return receiptAuth(this.#begun.receipt);
  }

  /** Whether this browser keeps what it is given to remember: without that nothing goes on later. */
  get remembers(): boolean {
    return this.#remembers;
  }

  get numbersLeft(): number {
    return MOST_NUMBERS - this.#begun.nextNumber;
  }

  /** A number that was never used, written down before it is: it never stands for other bytes. */
  async takeNumber(): Promise<number> {
    const n = this.#begun.nextNumber;
    await this.#remember({ nextNumber: n + 1 });
    return n;
  }

  /** File n is kept from an offset on. Whether all that was begun is now, and the browser has it written down. */
  async keptWhole(n: number, from: number): Promise<boolean> {
    this.#kept.set(n, from);
    const written = await this.#remember({});
    return written && this.#begun.kept;
  }

  /**
   * States the whole set of files and puts the manifest that pins them. Throws Problem; those named in
   * `unless` at once, though they may pass.
   */
  async state(files: readonly BegunFile[], unless: readonly Problem['type'][] = []): Promise<void> {
    const before = this.#begun;
    const { terms, submission, receipt } = before;
    const manifest = await sealManifest(
      {
        v: 1,
        link: terms.link,
        submission,
        invitation: terms.invitation,
        sent_at: this.#ports.now(),
        files: files.map(({ length: _, from: __, ...file }) => file),
        answers: terms.answers,
        consent: terms.consent,
        sender: terms.sender,
        reply_to: isFit(receipt) ? replyRecipient(receipt) : null,
      },
      terms.recipient,
    );
    await this.#remember({ files, manifest });
    const lengths = Object.fromEntries(files.map(({ n, length }) => [String(n), length]));
    const request = { receipt_hash: bearerHash(receiptAuth(receipt)), files: lengths };
    try {
      await patiently(
        this.#control,
        () => this.#ports.api.putSubmission(linkAuth(this.#parts.secret), submission, request),
        unless,
      );
    } catch (error) {
      // The server knows the set from before, if any.
      await this.#remember({ files: before.files, manifest: before.manifest });
      throw error;
    }
    await patiently(this.#control, () => this.#ports.api.putManifest(this.bearer, manifest));
  }

  /** Sealed bytes that the server has acknowledged: for telling after a reload, so not each is written. */
  acknowledged(sent: number): void {
    const total = totalOf(this.#begun);
    const step = total / 50;
    if (sent < total && Math.abs(sent - this.#begun.sent) < step) return;
    void this.#remember({ sent }, false);
  }

  /** Commits; the proof is made here. Throws Problem. */
  async commit(): Promise<Sent> {
    const { submission, manifest } = await this.#proven();
    const request = {
      manifest: toBase64url(sha256(manifest)),
      proof: toBase64url(proofOf(this.#parts.secret, submission, manifest)),
    };
    const { received_at, expires_at } = await patiently(this.#control, () => this.#committed(request));
    return this.arrived(received_at, expires_at);
  }

  /** It arrived: nothing of it stays here. */
  async arrived(received_at: number, expires_at: number): Promise<Sent> {
    await this.forget();
    const { receipt, submission } = this.#begun;
    const parts = { secret: receipt, fingerprint: this.#parts.fingerprint };
    return { receipt: formatReceipt(this.#ports.origin, parts), submission, received_at, expires_at };
  }

  /** Null when the server does not know it, or says that it is gone. */
  async receipt(): Promise<Receipt | null> {
    try {
      return await patiently(this.#control, (signal) => this.#ports.api.getReceipt(this.bearer, signal));
    } catch (error) {
      if (error instanceof Problem) return null;
      throw error;
    }
  }

  async erase(): Promise<void> {
    await this.#ports.api.eraseReceipt(this.bearer);
  }

  async erasePatiently(): Promise<void> {
    await patiently(this.#control, () => this.erase());
  }

  /** Nothing that was kept can be gone on with. */
  async keptIsGone(): Promise<void> {
    this.#kept.clear();
    await this.#remember({});
  }

  async forget(): Promise<void> {
    // What is told from now on, such as that the last file is flushed, is not written down again.
    this.#over = true;
    await this.#writing;
    await this.#ports.store.drop(this.#parts);
  }

  async #proven(): Promise<Begun> {
    await this.#remember({ proven: true });
    return this.#begun;
  }

  /** An answer that was lost on its way may have been a yes. */
  async #committed(request: {
    manifest: string;
    proof: string;
  }): Promise<Pick<CommitAnswer, 'received_at' | 'expires_at'>> {
    try {
      return await this.#ports.api.commit(this.bearer, request);
    } catch (error) {
      if (!(error instanceof Problem) || passes(error) !== null) throw error;
      const receipt = await this.#ports.api.getReceipt(this.bearer).catch(() => null);
      if (receipt?.state !== 'received') throw error;
      return { received_at: receipt.received_at ?? 0, expires_at: receipt.expires_at ?? 0 };
    }
  }

  /** One write after the other, so that the last one told is the one that is kept. */
  async #remember(now: Partial<Begun>, surely = true): Promise<boolean> {
    const begun = { ...this.#begun, ...now };
    const files = begun.files.map((file) => ({ ...file, from: this.#kept.get(file.n) ?? 0 }));
    const kept = begun.secret !== null && begun.files.every(({ n }) => this.#kept.has(n));
    this.#begun = { ...begun, files, kept: kept && begun.manifest.length > 0 };
    if (this.#over) return false;
    this.#writing = this.#writing.then(() => this.#ports.store.write(this.#parts, this.#begun, surely));
    const written = await this.#writing;
    if (surely) this.#remembers = written;
    return written;
  }
}
