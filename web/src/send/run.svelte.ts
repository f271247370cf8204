/**
 * One delivery on its way, begun now or gone on with: what the screen shows of it, and what can be done
 * about it. How it ends is told to the visit.
 */
import type {
  Sending,
  SendingEvents,
  SendingProgress,
  SendingState,
  Sent,
  WaitingFor,
} from '../transfer/sending.ts';
import { SendingError } from '../transfer/sending.ts';
import type { Unfinished } from '../transfer/unfinished.ts';
import type { LinkParts } from '../sealed/link.ts';
import { collected } from './answers.ts';
import { Awake } from './awake.ts';
import { Calm } from './calm.ts';
import { type Keeping, keepingOf } from './keeping.ts';
import { type Milestone, milestoneAt } from './milestones.ts';
import type { LoadTransfer, Visit } from './model.svelte.ts';
import { onlyReader, readerNames } from './names.ts';
import { stopOfSending, whyEnded } from './ended.ts';
import { type Picked, unfit } from './picked.ts';
import { type Unchanged, unchangedBy } from './changes.ts';
import { percentOf } from '../ui/sizes.ts';

/** A file as it is listed while it is sent; `picked` where it was picked on this visit. */
export interface Listed {
  readonly key: number;
  readonly name: string;
  readonly size: number;
  readonly picked: Picked | null;
}

/** Milliseconds that sending waits at most for what is still being looked at. */
const LOOKING = 3000;

const listed = (picked: Picked): Listed => ({
  key: picked.key,
  name: picked.file.name,
  size: picked.file.size,
  picked,
});

export class Run {
  state = $state<SendingState>('preparing');
  /** What it waits for, while it waits. */
  waitingFor = $state<WaitingFor>('network');
  progress = $state.raw<SendingProgress | null>(null);
  files = $state.raw<readonly Listed[]>([]);
  keeping = $state<Keeping>('yet');
  milestone = $state<Milestone>(0);
  asksToStop = $state(false);
  /** Why the files could not be changed; emptied when it was read. */
  unchanged = $state.raw<Unchanged | null>(null);
  changing = $state(false);
  /** It was begun on an earlier visit. */
  goesOn = false;

  readonly #visit: Visit;
  readonly #load: LoadTransfer;
  readonly #awake = new Awake();
  readonly #calm = new Calm();
  #sending: Sending | null = null;
  #safe = false;
  #everKept = false;
  #cancelled = false;

  constructor(visit: Visit, load: LoadTransfer) {
    this.#visit = visit;
    this.#load = load;
  }

  /** The page may be closed without losing anything but time. */
  get safe(): boolean {
    return this.keeping === 'safe';
  }

  /** `now` in seconds: when the consent was given. */
  async send(now: number): Promise<void> {
    const visit = this.#visit;
    const { opened, notice } = visit;
    if (!opened || visit.run || visit.facts.unfinished >= 0 || visit.unfit) return;
    if (notice !== '' && !visit.agreed) return;
    const { invitation, link, parts } = opened;
    this.files = visit.files.map(listed);
    await this.#through(parts, async () => {
      const { startSending } = await this.#load();
      await visit.looks?.settled(
        visit.files.map(({ key }) => key),
        LOOKING,
      );
      return startSending(
        {
          parts,
          link,
          files: visit.files.map((picked) => this.#toSend(picked)),
          answers: collected(invitation.questions, visit.drafts),
          consent: notice === '' ? null : { text: invitation.notice, at: now },
          sender: visit.name.trim(),
        },
        this.#events,
      );
    });
  }

  /** Goes on with what was begun before: nothing has to be picked. */
  async goOn(unfinished: Unfinished): Promise<void> {
    if (this.#visit.run) return;
    this.goesOn = true;
    const { files, parts, sent, total } = unfinished;
    this.files = files.map(({ name, size }, index) => ({ key: -1 - index, name, size, picked: null }));
    // What was there is there, also before the server was asked.
    this.progress = { files: [], sent, total, kept: total, written: total, rate: null, secondsLeft: null };
    this.keeping = 'safe';
    this.#safe = true;
    await this.#through(parts, async () => {
      const { continueSending } = await this.#load();
      return continueSending(unfinished, this.#events);
    });
  }

  pause(): void {
    this.#sending?.pause();
  }

  resume(): void {
    this.#sending?.resume();
  }

  async cancel(): Promise<void> {
    this.asksToStop = false;
    this.#cancelled = true;
    await this.#sending?.cancel();
  }

  /** Adds what was picked now, by default without the place in it. */
  async add(chosen: readonly Picked[]): Promise<boolean> {
    const visit = this.#visit;
    const limits = visit.opened?.invitation;
    const all = [...this.files.map((file) => ({ file })), ...chosen];
    const wrong = limits ? unfit(all, limits) : null;
    if (wrong) {
      this.unchanged = wrong.why;
      return false;
    }
    chosen.forEach((picked) => visit.looks?.look(picked));
    return this.#changes(async (sending) => {
      await visit.looks?.settled(
        chosen.map(({ key }) => key),
        LOOKING,
      );
      await sending.change(
        chosen.map((picked) => this.#toSend(picked)),
        [],
      );
      this.files = [...this.files, ...chosen.map(listed)];
    });
  }

  async remove(key: number): Promise<boolean> {
    const index = this.files.findIndex((file) => file.key === key);
    if (index < 0) return false;
    return this.#changes(async (sending) => {
      await sending.change([], [index]);
      this.files = this.files.filter((file) => file.key !== key);
    });
  }

  #toSend({ key, file, question }: Picked) {
    return { file, question, patches: this.#visit.looks?.patches(key) ?? [] };
  }

  async #changes(change: (sending: Sending) => Promise<void>): Promise<boolean> {
    const sending = this.#sending;
    if (!sending || this.changing) return false;
    this.changing = true;
    try {
      await change(sending);
      return true;
    } catch (error) {
      this.unchanged = unchangedBy(error);
      return false;
    } finally {
      this.changing = false;
    }
  }

  async #through(parts: LinkParts, start: () => Promise<Sending>): Promise<void> {
    const visit = this.#visit;
    visit.begins(this);
    void this.#awake.hold();
    try {
      const sending = await start();
      this.#sending = sending;
      if (this.#cancelled) void sending.cancel();
      await visit.arrived(this.#delivered(await sending.done), parts);
    } catch (error) {
      await this.#ended(error, parts);
    } finally {
      this.#sending = null;
      this.#awake.release();
    }
  }

  async #ended(error: unknown, parts: LinkParts): Promise<void> {
    const visit = this.#visit;
    if (error instanceof SendingError && error.reason === 'elsewhere') return visit.goesElsewhere(parts);
    const stop = stopOfSending(await whyEnded(error, parts), navigator.onLine);
    const file = this.files[stop?.file ?? -1] ?? null;
    // Who stopped what was begun before has no check to go back to.
    visit.ended(stop ?? (this.goesOn ? { kind: 'taken-back', at: null, file: null } : null), file);
  }

  #delivered({ receipt, received_at, expires_at }: Sent) {
    const { opened } = this.#visit;
    const asked = opened?.invitation;
    const names = { readers: asked ? readerNames(asked) : '', reader: asked ? onlyReader(asked) : '' };
    return { receipt, received_at, expires_at, ...names };
  }

  readonly #events: SendingEvents = {
    state: (state, waitingFor) => {
      this.state = this.#calm.shown(state, this.progress?.sent ?? 0);
      if (waitingFor) this.waitingFor = waitingFor;
      // While it rests, the screen may too.
      if (state === 'paused') this.#awake.release();
      else if (state === 'sending') void this.#awake.hold();
    },
    progress: (progress) => {
      this.progress = progress;
      if (this.#calm.moved(progress.sent) && this.state === 'waiting') this.state = 'sending';
      this.#everKept ||= progress.written > 0;
      if (progress.total > 0)
        this.milestone = milestoneAt(this.milestone, percentOf(progress.sent, progress.total));
      this.#keeps();
    },
    safe: (safe) => {
      this.#safe = safe;
      this.#keeps();
    },
  };

  #keeps(): void {
    const { kept = 0, sent = 0 } = this.progress ?? {};
    this.keeping = keepingOf({ safe: this.#safe, kept, sent, ever: this.#everKept });
  }
}
