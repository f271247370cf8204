/**
 * The files of one delivery: each sealed under a number and a key of its own, and where there is a stage
 * kept in it as far as the network does not take them at once. The stage may stop at any time; then the rest
 * is sealed while it is sent.
 */
import { sha256, toBase64url } from '../sealed/bytes.ts';
import { LAST_TIME } from '../sealed/json.ts';
import type { BegunFile } from './begun.ts';
import type { Pace } from './pace.ts';
import { SealedFile } from './sealed-file.ts';
import type { BeginSealing, SealingOf } from './sealers.ts';
import { type PickedFile, SendingError } from './sending.ts';
import type { Stage, StagedFile } from './stage.ts';
import type { Submission } from './submission.ts';

export interface Outgoing {
  readonly facts: BegunFile;
  readonly sealed: SealedFile;
  /** Null when only its sealed bytes are here. */
  readonly picked: PickedFile | null;
  /** How often what was picked has been sealed, each time under a new key. */
  readonly sealings: number;
  /** Sealed bytes that the server had when it was heard last. */
  sent: number;
  /** Whether it has to be asked before more is sent. */
  asked: boolean;
}

export interface KeepingEvents {
  /** Sealed bytes kept, of all files, and how many of them were written. */
  kept(bytes: number, written: number): void;
  /** Everything is kept, flushed and written down. */
  safe(safe: boolean): void;
  /** A picked file can not be sealed to its end. */
  failed(error: unknown): void;
}

/** What the device shall have left beside what is staged. */
const MARGIN = 64 * 1024 * 1024;

export class Files {
  readonly #submission: Submission;
  readonly #stage: Stage | null;
  readonly #beginSealing: BeginSealing;
  readonly #pace: Pace;
  readonly #events: KeepingEvents;
  #list: readonly Outgoing[] = [];
  #staging = false;
  #keeping = false;
  #closed = false;
  #safe = false;

  constructor(
    submission: Submission,
    stage: Stage | null,
    beginSealing: BeginSealing,
    pace: Pace,
    events: KeepingEvents,
  ) {
    this.#submission = submission;
    this.#stage = stage;
    this.#beginSealing = beginSealing;
    this.#pace = pace;
    this.#events = events;
  }

  get list(): readonly Outgoing[] {
    return this.#list;
  }

  /** Erases what an earlier visit left, and decides whether there is room to keep so many sealed bytes. */
  async begin(bytes: number): Promise<void> {
    try {
      await this.#stage?.eraseAll();
      this.#staging = this.#stage !== null && (await this.#stage.room()) >= bytes + MARGIN;
    } catch {
      this.#staging = false;
    }
  }

  /** Begins to seal under a new number and a new key. Errors name the file by that number. */
  async seal(picked: PickedFile, sealings = 1): Promise<Outgoing> {
    if (this.#submission.numbersLeft === 0) throw new SendingError('too-many-files');
    const n = await this.#submission.takeNumber();
    const sealing = await this.#beginSealing(picked, n, this.#submission.begun.terms.recipient);
    const sealed = SealedFile.fresh(n, sealing, await this.#staged(n), this.#pace);
    return { facts: factsOf(n, sealing, picked), sealed, picked, sealings, sent: 0, asked: true };
  }

  /** Opens what an earlier visit kept. False when not all of it is here. */
  async open(): Promise<boolean> {
    const opened: Outgoing[] = [];
    let whole = 0;
    this.#staging = this.#stage !== null;
    for (const facts of this.#submission.begun.files) {
      const stage = await this.#stage?.open(facts.n).catch(() => null);
      if (stage === null || stage === undefined) break;
      const sealed = SealedFile.kept(facts.n, stage, facts.from, facts.length);
      opened.push({ facts, sealed, picked: null, sealings: 1, sent: 0, asked: false });
      if (facts.from < facts.length && stage.length !== facts.length) break;
      whole += 1;
    }
    this.#list = opened;
    return whole === this.#submission.begun.files.length;
  }

  /** Takes these instead: what is left out is let go, here. */
  async take(list: readonly Outgoing[]): Promise<void> {
    const gone = this.#list.filter((file) => !list.includes(file));
    this.#list = list;
    await this.drop(gone);
    this.tellKept();
    this.#tellSafe(this.#submission.begun.kept);
    void this.#keep();
  }

  async drop(files: readonly Outgoing[]): Promise<void> {
    for (const { sealed, facts } of files) {
      sealed.close();
      await this.#stage?.erase(facts.n).catch(() => undefined);
    }
  }

  /** The server has so many bytes of a file. */
  heard(file: Outgoing, sent: number): void {
    file.sent = sent;
    file.sealed.acknowledged(sent);
  }

  /** Before bytes are said to leave, those that are kept are told. */
  tellKept(): void {
    const { kept, written } = this.#kept();
    this.#events.kept(kept, written);
  }

  /** Forgets every key and lets go of the stage; what is kept stays. */
  close(): void {
    this.#closed = true;
    for (const { sealed } of this.#list) sealed.close();
  }

  async erase(): Promise<void> {
    this.close();
    await this.#stage?.eraseAll().catch(() => undefined);
  }

  /** The index of the file under a number, as errors of sealing name it. */
  indexOf(n: number): number {
    return this.#list.findIndex(({ facts }) => facts.n === n);
  }

  /** Seals file after file into the stage, until all that there are by then are kept. */
  async #keep(): Promise<void> {
    if (this.#keeping) return;
    this.#keeping = true;
    try {
      for (;;) {
        const file = this.#list.find(({ sealed }) => sealed.isGrowing);
        if (file === undefined || this.#closed) return;
        const whole = await file.sealed.keep(() => this.tellKept());
        if (!this.#list.includes(file) || this.#closed) continue;
        if (!whole) return this.#stopStaging();
        if (await this.#submission.keptWhole(file.facts.n, file.sealed.from)) this.#tellSafe(true);
        this.tellKept();
      }
    } catch (error) {
      this.#events.failed(error);
    } finally {
      this.#keeping = false;
    }
  }

  /** The device takes no more. */
  #stopStaging(): void {
    this.#staging = false;
    for (const { sealed } of this.#list) sealed.stopGrowing();
    this.tellKept();
  }

  #tellSafe(safe: boolean): void {
    if (safe !== this.#safe) this.#events.safe(safe);
    this.#safe = safe;
  }

  /** None where it will never be all, or where nothing of it is remembered. */
  #kept(): { kept: number; written: number } {
    if (!this.#staging || !this.#submission.remembers) return { kept: 0, written: 0 };
    const sum = (of: (file: SealedFile) => number) =>
      this.#list.reduce((all, { sealed }) => all + of(sealed), 0);
    return { kept: sum((file) => file.kept), written: sum((file) => file.written) };
  }

  async #staged(n: number): Promise<StagedFile | null> {
    if (!this.#staging || this.#stage === null || !this.#submission.remembers) return null;
    try {
      return await this.#stage.create(n);
    } catch {
      this.#staging = false;
      return null;
    }
  }
}

function factsOf(n: number, sealing: SealingOf, { file, question }: PickedFile): BegunFile {
  const { size, name, type, lastModified } = file;
  return {
    n,
    head: toBase64url(sha256(sealing.head)),
    length: sealing.size,
    size,
    name,
    type,
    modified: timeOf(lastModified),
    question,
    from: 0,
  };
}

/** A clock that was wrong must not keep a film from being sent. */
function timeOf(milliseconds: number): number | null {
  const time = Math.floor(milliseconds / 1000);
  return milliseconds > 0 && time <= LAST_TIME ? time : null;
}
