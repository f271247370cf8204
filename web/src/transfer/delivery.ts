/**
 * One delivery from first byte to receipt: state the files, put the manifest, seal ahead into the stage
 * while the sealed bytes are sent, ask whether each file is complete, prove, commit. It runs in the upload
 * worker, and in tests with ports of their own.
 */
import { Problem } from '../api/problem.ts';
import { NONCE, sealedSize } from '../sealed/ranges.ts';
import type { Beginning } from './begin.ts';
import type { Control } from './control.ts';
import { Files, type Outgoing } from './files.ts';
import { patiently } from './patience.ts';
import type { Ports } from './ports.ts';
import { RequestSize } from './request-size.ts';
import { Lost } from './sealed-file.ts';
import { type PickedFile, SendingError, type SendingState, type Sent } from './sending.ts';
import type { Submission } from './submission.ts';
import { upload } from './tus.ts';

export interface DeliveryEvents {
  phase(phase: Extract<SendingState, 'preparing' | 'sending' | 'finishing'>): void;
  /** Once sizes are known, in the order of the files; again whenever the files change. */
  sizes(files: readonly { readonly total: number; readonly sent: number }[]): void;
  /** Bytes of a file that are at the server or on their way. */
  moved(index: number, bytes: number): void;
  /** Bytes of a file that the server has said to have. */
  acknowledged(index: number, bytes: number): void;
  /** Sealed bytes kept, of all files, and how many of them were written to this device. */
  kept(bytes: number, written: number): void;
  safe(safe: boolean): void;
}

/** Header with one X25519 stanza, and the payload's nonce. */
const START = 168 + NONCE;
const MOST_SEALINGS = 3;
/** How often a server may have lost what it had acknowledged, before it is not trusted with a commit. */
const MOST_ROUNDS = 8;

interface Change {
  readonly add: readonly PickedFile[];
  readonly remove: readonly number[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

export class Delivery {
  readonly #submission: Submission;
  readonly #control: Control;
  readonly #events: DeliveryEvents;
  readonly #ports: Ports;
  readonly #files: Files;
  readonly #requests = new RequestSize();
  readonly #changes: Change[] = [];
  #failure: { error: unknown } | null = null;
  #committing = false;

  constructor(submission: Submission, control: Control, events: DeliveryEvents, ports: Ports) {
    this.#submission = submission;
    this.#control = control;
    this.#events = events;
    this.#ports = ports;
    this.#files = new Files(submission, ports.stage, ports.beginSealing, ports.pace(), {
      kept: (...bytes) => events.kept(...bytes),
      safe: (safe) => events.safe(safe),
      failed: (error) => {
        this.#failure = { error };
        control.interrupt();
      },
    });
  }

  /** Seals and sends what was picked. Throws SendingError, Problem or Cancelled. */
  async send(picked: readonly PickedFile[]): Promise<Sent> {
    await this.#files.begin(sealedBytes(picked));
    const files: Outgoing[] = [];
    for (const file of picked) files.push(await this.#files.seal(file));
    await this.#submission.state(factsOf(files), ['link-busy', 'disk-full']);
    return this.#finish(files);
  }

  /** Goes on with what is kept here. Throws as `send`, SendingError `not-kept` when it is not. */
  async goOn(): Promise<Sent> {
    if (!(await this.#files.open())) {
      await this.#submission.keptIsGone();
      throw new SendingError('not-kept');
    }
    await this.#submission.state(this.#submission.begun.files);
    await this.#ask();
    return this.#finish(this.#files.list);
  }

  /** Commits again what an earlier visit had proven. */
  commitAgain(): Promise<Sent> {
    this.#committing = true;
    return this.#submission.commit();
  }

  /** See `Sending.change`. */
  change(add: readonly PickedFile[], remove: readonly number[]): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#committing) return reject(new SendingError('too-late'));
      this.#changes.push({ add, remove, resolve, reject });
      this.#control.interrupt();
    });
  }

  /** It arrived: the sealed bytes serve nothing any more. */
  eraseKept(): Promise<void> {
    return this.#files.erase();
  }

  /** Erases what is kept here and what this browser remembers. */
  async forget(): Promise<void> {
    await this.#files.erase();
    await this.#submission.forget();
  }

  /** Forgets it all, and asks the server to erase what it has. */
  async cancel(): Promise<void> {
    await this.forget();
    await this.#submission.erase();
  }

  /** Forgets the keys; what is kept whole stays on this device, anything else is erased. */
  async close(): Promise<void> {
    if (this.#submission.begun.kept) this.#files.close();
    else await this.#files.erase();
  }

  async #finish(files: readonly Outgoing[]): Promise<Sent> {
    await this.#files.take(files);
    this.#tellSizes();
    for (let rounds = MOST_ROUNDS; rounds > 0;) {
      this.#events.phase('sending');
      await this.#sendAll();
      this.#events.phase('finishing');
      const complete = await this.#ask();
      if (this.#changes.length > 0) continue;
      if (!complete) rounds -= 1;
      else return this.commitAgain();
    }
    throw new SendingError('refused', { cause: new Problem('files-incomplete', 409) });
  }

  async #sendAll(): Promise<void> {
    for (;;) {
      await this.#changeFiles();
      if (this.#failure !== null) throw this.#named(this.#failure.error);
      const next = this.#files.list.find(({ sent, facts }) => sent !== facts.length);
      if (next === undefined) return;
      await this.#bring(next);
    }
  }

  /** Brings one file; when its bytes can not be made again, seals it anew under the next number. */
  async #bring(file: Outgoing): Promise<void> {
    const { facts, sealed } = file;
    const path = pathOf(facts.n);
    const target = {
      path,
      bearer: this.#submission.bearer,
      moved: (bytes: number) => {
        this.#files.tellKept();
        this.#events.moved(this.#files.indexOf(facts.n), bytes);
      },
      acknowledged: (bytes: number) => {
        this.#heard(file, bytes);
        this.#submission.acknowledged(this.#sent());
      },
      stop: () => this.#failure !== null || this.#changes.length > 0,
    };
    const way = { control: this.#control, tus: this.#ports.tus, requests: this.#requests };
    try {
      const from = file.asked ? file.sent : null;
      file.asked = false;
      file.asked = await upload(sealed, from, target, way);
    } catch (error) {
      if (!(error instanceof Lost)) throw this.#named(error);
      await this.#sealAnew(file);
    }
  }

  async #sealAnew(file: Outgoing): Promise<void> {
    const index = this.#files.indexOf(file.facts.n);
    if (file.picked === null) {
      await this.#submission.keptIsGone();
      throw new SendingError('not-kept', { file: index });
    }
    if (file.sealings >= MOST_SEALINGS) throw new SendingError('file-changed', { file: index });
    const anew = await this.#files.seal(file.picked, file.sealings + 1);
    const list = this.#files.list.map((other) => (other === file ? anew : other));
    await this.#submission.state(factsOf(list));
    await this.#files.take(list);
    this.#tellSizes();
  }

  async #changeFiles(): Promise<void> {
    for (let change = this.#changes.shift(); change !== undefined; change = this.#changes.shift()) {
      try {
        await this.#changeTo(change);
        change.resolve();
      } catch (error) {
        change.reject(error);
        if (!(error instanceof SendingError) && !(error instanceof Problem)) throw error;
      }
    }
  }

  async #changeTo({ add, remove }: Change): Promise<void> {
    const { max_files, max_bytes } = this.#submission.begun.terms;
    const staying = this.#files.list.filter((_, index) => !remove.includes(index));
    if (staying.length + add.length > max_files) throw new SendingError('too-many-files');
    const bytes = staying.reduce((sum, { facts }) => sum + facts.length, sealedBytes(add));
    if (bytes > max_bytes) throw new SendingError('too-large');
    const added: Outgoing[] = [];
    try {
      for (const picked of add) added.push(await this.#files.seal(picked));
      const list = [...staying, ...added];
      await this.#submission.state(factsOf(list), ['link-busy', 'disk-full']);
      await this.#files.take(list);
    } catch (error) {
      await this.#files.drop(added);
      throw error;
    }
    this.#tellSizes();
  }

  /** Asks how much of each file the server has; true when that is all. */
  async #ask(): Promise<boolean> {
    for (const file of this.#files.list) {
      const path = pathOf(file.facts.n);
      const { offset } = await patiently(this.#control, (signal) =>
        this.#ports.tus.head(path, this.#submission.bearer, signal),
      );
      this.#heard(file, offset);
      file.asked = true;
    }
    return this.#files.list.every(({ sent, facts }) => sent === facts.length);
  }

  #heard(file: Outgoing, sent: number): void {
    this.#files.heard(file, sent);
    this.#events.acknowledged(this.#files.indexOf(file.facts.n), sent);
  }

  #sent(): number {
    return this.#files.list.reduce((sum, { sent }) => sum + sent, 0);
  }

  #tellSizes(): void {
    this.#events.sizes(this.#files.list.map(({ facts, sent }) => ({ total: facts.length, sent })));
  }

  /** Sealing names files by their number, the page by their place. */
  #named(error: unknown): unknown {
    if (!(error instanceof SendingError) || error.file === null) return error;
    const { reason, at, file, cause } = error;
    return new SendingError(reason, { at, file: this.#files.indexOf(file), cause });
  }
}

/** From a beginning to the receipt. `made` is told the delivery as soon as there is one. */
export async function deliver(
  beginning: Beginning,
  picked: readonly PickedFile[],
  world: { control: Control; events: DeliveryEvents; ports: Ports },
  made: (delivery: Delivery) => void = () => undefined,
): Promise<Sent> {
  const { control, events, ports } = world;
  if (beginning.kind === 'arrived') {
    await ports.stage?.eraseAll().catch(() => undefined);
    return beginning.sent;
  }
  const delivery = new Delivery(beginning.submission, control, events, ports);
  made(delivery);
  const sent = await (beginning.kind === 'send'
    ? delivery.send(picked)
    : beginning.kind === 'commit'
      ? delivery.commitAgain()
      : delivery.goOn());
  await delivery.eraseKept();
  return sent;
}

const pathOf = (n: number) => `/api/receipt/files/${String(n)}`;

const factsOf = (files: readonly Outgoing[]) => files.map(({ facts }) => facts);

const sealedBytes = (picked: readonly PickedFile[]): number =>
  picked.reduce((sum, { file }) => sum + sealedSize(START, file.size), 0);
