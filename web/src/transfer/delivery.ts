/**
 * One delivery from first byte to receipt: reserve, seal and put the manifest, bring the files, ask whether
 * each is complete, prove, commit. It runs in the upload worker, and in tests with ports of their own.
 *
 * A submission that an earlier visit began is gone on with under new file numbers and new keys; one whose
 * proof was made is never changed: either it arrived, or another is begun.
 */
import * as sender from '../api/sender.ts';
import { Problem, isPassing } from '../api/problem.ts';
import type { CommitAnswer, Receipt } from '../api/types.ts';
import { type Bytes, fromBase64url, sha256, toBase64url } from '../sealed/bytes.ts';
import { newSubmissionId } from '../sealed/ids.ts';
import { bearerHash, formatReceipt, linkAuth, newSecret, receiptAuth } from '../sealed/link.ts';
import { proofOf, sealManifest } from '../sealed/manifest.ts';
import { type Control, Interrupted } from './control.ts';
import { Lost, SealedFile, SealedWindow } from './window.ts';
import { SendingError, type SendingStart, type SendingState, type Sent } from './sending.ts';
import type { Terms } from './begun.ts';
import { type Begun, type BegunStore, browserStore } from './state.ts';
import { type Tus, browserTus, upload } from './tus.ts';

export interface Ports {
  readonly api: Pick<
    typeof sender,
    'putSubmission' | 'putManifest' | 'commit' | 'getReceipt' | 'eraseReceipt'
  >;
  readonly tus: Tus;
  readonly store: BegunStore;
  /** Seconds since 1970. */
  readonly now: () => number;
  readonly origin: string;
}

export const browserPorts = (origin: string): Ports => ({
  api: sender,
  tus: browserTus,
  store: browserStore,
  now: () => Math.floor(Date.now() / 1000),
  origin,
});

export interface DeliveryEvents {
  phase(phase: Extract<SendingState, 'preparing' | 'sending' | 'finishing'>): void;
  /** Once sizes are known, in the order of `SendingStart.files`; again when a file is sealed anew. */
  sizes(totals: readonly number[]): void;
  moved(index: number, bytes: number): void;
}

/** A file under its number. */
interface Numbered {
  readonly n: number;
  readonly sealed: SealedFile;
}

const MOST_NUMBERS = 256;
const MOST_SEALINGS = 3;

export class Delivery {
  readonly #start: SendingStart;
  readonly #control: Control;
  readonly #events: DeliveryEvents;
  readonly #ports: Ports;
  #begun: Begun | null = null;
  #files: Numbered[] = [];
  #manifest: Bytes = new Uint8Array(0);

  constructor(start: SendingStart, control: Control, events: DeliveryEvents, ports: Ports) {
    this.#start = start;
    this.#control = control;
    this.#events = events;
    this.#ports = ports;
  }

  /** Throws SendingError, Problem or Cancelled. */
  async run(): Promise<Sent> {
    this.#events.phase('preparing');
    const arrived = await this.#resume();
    if (arrived !== null) return arrived;
    for (const index of this.#start.files.keys()) await this.#seal(index);
    await this.#reserve();
    this.#events.phase('sending');
    for (const index of this.#start.files.keys()) await this.#bring(index);
    this.#events.phase('finishing');
    return this.#commit();
  }

  /** Erases what the server has of it, and forgets it. */
  async cancel(): Promise<void> {
    const begun = this.#begun;
    await this.#ports.store.drop(this.#start.parts);
    if (begun !== null) await this.#ports.api.eraseReceipt(receiptAuth(begun.receipt));
  }

  /** Takes up what an earlier visit began, or begins; returns what had arrived already. */
  async #resume(): Promise<Sent | null> {
    const { parts } = this.#start;
    const earlier = await this.#ports.store.read(parts);
    const usable =
      earlier !== null && earlier.secret !== null && earlier.terms.link === this.#start.link.link;
    if (usable) {
      const receipt = await this.#receiptOf(earlier.receipt);
      if (receipt?.state === 'received' && earlier.proven) {
        await this.#ports.store.write(parts, { ...earlier, secret: null }, true);
        return this.#sent(earlier, receipt.received_at ?? 0, receipt.expires_at ?? 0);
      }
      const room = earlier.nextNumber + this.#start.files.length <= MOST_NUMBERS;
      if (receipt?.state === 'receiving' && !earlier.proven && room) {
        this.#begun = earlier;
        return null;
      }
      if (receipt?.state === 'receiving') {
        await this.#patiently(() => this.#ports.api.eraseReceipt(receiptAuth(earlier.receipt)));
      }
    }
    this.#begun = {
      terms: this.#terms(),
      secret: parts.secret,
      submission: newSubmissionId(),
      receipt: newSecret(),
      begun_at: this.#ports.now(),
      nextNumber: 0,
      files: [],
      manifest: new Uint8Array(0),
      kept: false,
      sent: 0,
      proven: false,
    };
    return null;
  }

  #terms(): Terms {
    const { link, answers, consent, sender: name } = this.#start;
    return {
      link: link.link,
      recipient: link.recipient,
      invitation: toBase64url(sha256(fromBase64url(link.invitation))),
      max_files: link.max_files,
      max_bytes: link.max_bytes,
      answers,
      consent,
      sender: name,
    };
  }

  async #seal(index: number): Promise<void> {
    const picked = this.#start.files[index];
    if (picked === undefined) return;
    const begun = this.#current();
    if (begun.nextNumber >= MOST_NUMBERS) throw new SendingError('too-many-files', { file: index });
    this.#files[index] = {
      n: begun.nextNumber,
      sealed: await SealedFile.begin(picked.file, index, this.#start.link.recipient),
    };
    // Written down before the number is used: it is never used for other bytes.
    await this.#remember({ ...begun, nextNumber: begun.nextNumber + 1 });
  }

  /** States the whole set of files and puts the manifest that pins them. */
  async #reserve(): Promise<void> {
    const { parts, link } = this.#start;
    const { submission, receipt } = this.#current();
    this.#events.sizes(this.#files.map(({ sealed }) => sealed.size));
    const files = Object.fromEntries(this.#files.map(({ n, sealed }) => [String(n), sealed.size]));
    const request = { receipt_hash: bearerHash(receiptAuth(receipt)), files };
    await this.#remember(this.#current());
    await this.#patiently(
      () => this.#ports.api.putSubmission(linkAuth(parts.secret), submission, request),
      ['link-busy', 'disk-full'],
    );
    this.#manifest = await sealManifest(
      {
        v: 1,
        link: link.link,
        submission,
        invitation: toBase64url(sha256(fromBase64url(link.invitation))),
        sent_at: this.#ports.now(),
        files: this.#files.map(({ n, sealed }, index) => this.#entry(n, sealed, index)),
        answers: this.#start.answers,
        consent: this.#start.consent,
        sender: this.#start.sender,
        reply_to: null,
      },
      link.recipient,
    );
    await this.#patiently(() => this.#ports.api.putManifest(receiptAuth(receipt), this.#manifest));
  }

  #entry(n: number, sealed: SealedFile, index: number) {
    const picked = this.#start.files[index];
    const { size = 0, name = '', type = '', lastModified = 0 } = picked?.file ?? {};
    const modified = lastModified > 0 ? Math.floor(lastModified / 1000) : null;
    return { n, head: sealed.headHash, size, name, type, modified, question: picked?.question ?? null };
  }

  /** Brings one file; when the server has lost bytes that are gone here, seals it anew under the next number. */
  async #bring(index: number): Promise<void> {
    for (let sealing = 1; ; sealing++) {
      const file = this.#files[index];
      if (file === undefined) return;
      const target = {
        path: `/api/receipt/files/${String(file.n)}`,
        bearer: receiptAuth(this.#current().receipt),
        moved: (bytes: number) => this.#events.moved(index, bytes),
      };
      try {
        return await upload(new SealedWindow(file.sealed), target, this.#control, this.#ports.tus);
      } catch (error) {
        if (!(error instanceof Lost) || sealing >= MOST_SEALINGS) throw error;
        await this.#seal(index);
        await this.#reserve();
      }
    }
  }

  async #commit(): Promise<Sent> {
    const { submission, receipt } = this.#current();
    const bearer = receiptAuth(receipt);
    for (const { n, sealed } of this.#files) {
      const path = `/api/receipt/files/${String(n)}`;
      const { offset } = await this.#patiently((signal) => this.#ports.tus.head(path, bearer, signal));
      if (offset !== sealed.size)
        throw new SendingError('refused', { cause: new Problem('files-incomplete', 409) });
    }
    const { secret } = this.#start.parts;
    await this.#remember({ ...this.#current(), proven: true });
    const request = {
      manifest: toBase64url(sha256(this.#manifest)),
      proof: toBase64url(proofOf(secret, submission, this.#manifest)),
    };
    const answer = await this.#patiently(() => this.#committed(bearer, request));
    await this.#remember({ ...this.#current(), secret: null });
    return this.#sent(this.#current(), answer.received_at, answer.expires_at);
  }

  /** An answer that was lost on its way may have been a yes. */
  async #committed(
    bearer: Bytes,
    request: { manifest: string; proof: string },
  ): Promise<Pick<CommitAnswer, 'received_at' | 'expires_at'>> {
    try {
      return await this.#ports.api.commit(bearer, request);
    } catch (error) {
      if (!(error instanceof Problem) || isPassing(error)) throw error;
      const receipt = await this.#ports.api.getReceipt(bearer).catch(() => null);
      if (receipt?.state !== 'received') throw error;
      return { received_at: receipt.received_at ?? 0, expires_at: receipt.expires_at ?? 0 };
    }
  }

  async #receiptOf(receipt: Bytes): Promise<Receipt | null> {
    try {
      return await this.#patiently((signal) => this.#ports.api.getReceipt(receiptAuth(receipt), signal));
    } catch (error) {
      if (error instanceof Problem) return null;
      throw error;
    }
  }

  /** Tries again as long as what goes wrong may pass; `unless` names problems that are to be told at once. */
  async #patiently<T>(
    attempt: (signal: AbortSignal) => Promise<T>,
    unless: readonly Problem['type'][] = [],
  ): Promise<T> {
    for (;;) {
      try {
        const answer = await this.#control.run(attempt);
        this.#control.succeeded();
        return answer;
      } catch (error) {
        if (error instanceof Interrupted) continue;
        if (!(error instanceof Problem) || !isPassing(error) || unless.includes(error.type)) throw error;
        await this.#control.wait(error.retryAfter);
      }
    }
  }

  #current(): Begun {
    if (this.#begun === null) throw new TypeError('nothing was begun');
    return this.#begun;
  }

  async #remember(begun: Begun): Promise<void> {
    this.#begun = begun;
    await this.#ports.store.write(this.#start.parts, begun, true);
  }

  #sent(begun: Begun, received_at: number, expires_at: number): Sent {
    const parts = { secret: begun.receipt, fingerprint: this.#start.parts.fingerprint };
    return {
      receipt: formatReceipt(this.#ports.origin, parts),
      submission: begun.submission,
      received_at,
      expires_at,
    };
  }
}
