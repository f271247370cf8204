/**
 * One visit of someone who sends: what is true now, and the few things they can do. The screens read it
 * and call it. Which screen follows which is decided in flow.ts, what ends a visit in stop.ts.
 */
import { toBase64url } from '../sealed/bytes.ts';
import type {
  Sending,
  SendingEvents,
  SendingProgress,
  SendingStart,
  SendingState,
  Sent,
} from '../transfer/sending.ts';
import { shownText } from '../ui/shown.ts';
import { arrivedWith, browserPlace, forget } from './address.ts';
import { collected, firstUnfinished, type Given } from './answers.ts';
import { arrivedBefore, forgetArrived, rememberArrived } from './arrived.ts';
import { Awake } from './awake.ts';
import { after, ASKED, type Facts, type Screen, shown } from './flow.ts';
import { type Delivered, dropKept, readKept, writeKept } from './kept.ts';
import { readerNames } from './names.ts';
import { type Opened, open, whyEnded } from './opening.ts';
import { added, given, type Picked, type Unfit, unfit } from './picked.ts';
import { stepsOf } from './steps.ts';
import { isOver, type Stop, stopOf, stopOfSending } from './stop.ts';
import { backward, begin, current, forward, instead } from './trail.ts';

const bareStop = (kind: Stop['kind']): Stop => ({ kind, at: null, file: null });

/** Fetches what seals and sends: most of the code, and not needed before the last tap. */
export type LoadTransfer = () => Promise<{
  startSending: (start: SendingStart, events: SendingEvents) => Sending;
}>;

export class Visit {
  opened = $state.raw<Opened | null>(null);
  stop = $state.raw<Stop | null>(null);
  delivered = $state.raw<Delivered | null>(null);
  /** What this browser sent through the same link before. */
  earlier = $state.raw<Delivered | null>(null);
  drafts = $state<Record<string, string>>({});
  name = $state('');
  agreed = $state(false);
  files = $state.raw<readonly Picked[]>([]);
  /** What an earlier visit of this browser left. */
  /** File questions whose file was picked before the page was reloaded. */
  lostFor = $state.raw<readonly string[]>([]);
  before = $state<'nothing' | 'answers' | 'picked'>('nothing');
  sending = $state<SendingState | null>(null);
  progress = $state.raw<SendingProgress | null>(null);
  asksToStop = $state(false);
  /** The name of the file that the stop is about. */
  stoppedFile = $state('');

  #entry = $state.raw<Screen>(ASKED);
  #transfer: Sending | null = null;
  #keys = 0;
  readonly #awake = new Awake();
  readonly #place = browserPlace();
  readonly #load: LoadTransfer;

  readonly questions = $derived(this.opened?.invitation.questions ?? []);
  /** The words to agree to, as they are shown; "" when there are none. */
  readonly notice = $derived(shownText(this.opened?.invitation.notice ?? '').trim());
  /** The screens of the questions. */
  readonly steps = $derived(stepsOf(this.questions));
  /** Whether a film is asked for beside the questions: file questions ask for their files themselves. */
  readonly films = $derived(
    (this.opened?.invitation.max_files ?? 0) > 0 && !this.questions.some(({ kind }) => kind === 'file'),
  );
  readonly facts: Facts = $derived({
    questions: this.steps.length,
    films: this.films,
    files: this.files.length,
    lost: this.before === 'picked' && this.files.length === 0 && this.films,
    unfinished: firstUnfinished(
      this.steps.map(({ question }) => question),
      this.drafts,
      (id) => this.given(id),
    ),
    phase: this.delivered ? 'sent' : this.sending ? 'sending' : 'writing',
  });
  readonly screen: Screen = $derived(shown(this.#entry, this.facts));
  readonly unfit: Unfit | null = $derived(this.opened ? unfit(this.files, this.opened.invitation) : null);

  constructor(load: LoadTransfer) {
    this.#load = load;
  }

  /** Reads the link and opens the invitation; again after a failure that passes. */
  async start(): Promise<void> {
    this.stop = null;
    if (!isSecureContext) return this.#stopAt(bareStop('insecure'));
    if (!('subtle' in crypto) || !('Worker' in globalThis)) return this.#stopAt(bareStop('old-browser'));
    try {
      const parts = arrivedWith(this.#place);
      forgetArrived();
      const kept = await readKept(toBase64url(parts.fingerprint));
      try {
        this.opened = await open(parts);
      } catch (error) {
        const stop = stopOf(error, navigator.onLine);
        const begun = isOver(stop.kind) ? await import('./later.ts').catch(() => null) : null;
        const mine =
          stop.kind === 'spent' ? (kept?.delivered ?? (await begun?.deliveredBy(parts)) ?? null) : null;
        if (!mine) {
          // The link is over: what was written for it serves nothing any more.
          if (begun && !kept?.delivered) {
            await dropKept(toBase64url(parts.fingerprint));
            await begun.forgetBegun(parts);
          }
          return this.#stopAt(stop);
        }
        this.delivered = mine;
        return this.#stopAt({ kind: 'spent-here', at: mine.received_at, file: null });
      }
      this.earlier = kept?.delivered ?? null;
      if (kept) {
        this.drafts = { ...kept.drafts };
        this.name = kept.name;
        this.lostFor = kept.pickedFor ?? [];
        const answered = Object.values(kept.drafts).some((text) => text !== '');
        if (kept.picked) this.before = 'picked';
        else if (answered || this.lostFor.length > 0) this.before = 'answers';
      }
      this.#entry = shown(begin(), this.facts);
      // Fetched while the invitation is read; a failure shows when it is needed.
      void this.#load().catch(() => undefined);
    } catch (error) {
      const earlier = arrivedBefore();
      if (earlier) this.delivered = earlier;
      else this.#stopAt(stopOf(error, navigator.onLine));
    }
  }

  next(): void {
    this.go(after(this.screen, this.facts));
  }

  /** Goes to a screen, or to what has to be done before it: that stays, also once it is done. */
  go(to: Screen): void {
    const at = shown(to, this.facts);
    forward(at);
    this.#entry = at;
  }

  back(): void {
    if (backward()) return;
    instead(ASKED);
    this.#entry = ASKED;
  }

  /** The browser's own Back or Forward. While something is sent it asks first. */
  moved(): void {
    if (this.facts.phase === 'sending') {
      forward({ at: 'sending' });
      this.asksToStop = true;
    } else {
      this.#entry = shown(current(), this.facts);
    }
  }

  pick(chosen: readonly File[]): void {
    if (!this.opened || chosen.length === 0) return;
    this.files = added(this.files, chosen, this.opened.invitation, this.#keys);
    this.#keys += chosen.length;
    // Written down before the screen moves on: what is shown as picked survives a reload.
    void this.keep().then(() => {
      if (this.screen.at === 'film' && this.files.length > 0 && !this.unfit) this.next();
    });
  }

  given(question: string): Given {
    if (this.fileFor(question)) return 'file';
    return this.lostFor.includes(question) ? 'lost' : 'nothing';
  }

  fileFor(question: string): File | null {
    return this.files.find((picked) => picked.question === question)?.file ?? null;
  }

  /** Gives a file to the question that asks for one. */
  give(question: string, file: File): void {
    this.files = given(this.files, question, file, this.#keys);
    this.#keys += 1;
    this.forgetLost(question);
  }

  takeBack(question: string): void {
    this.files = this.files.filter((picked) => picked.question !== question);
    void this.keep();
  }

  /** What was picked for it before a reload is not wanted any more. */
  forgetLost(question: string): void {
    this.lostFor = this.lostFor.filter((lost) => lost !== question);
    void this.keep();
  }

  /** Answers alone are to be sent. */
  withoutFiles(): void {
    this.#forgetPicked();
    this.next();
  }

  remove(key: number): void {
    this.files = this.files.filter((picked) => picked.key !== key);
    this.#forgetPicked();
    void this.keep();
  }

  /** Writes down what would be missed after a reload. */
  async keep(): Promise<void> {
    if (!this.opened || this.delivered) return;
    await writeKept(toBase64url(this.opened.parts.fingerprint), {
      drafts: { ...this.drafts },
      name: this.name,
      picked: this.films && (this.files.length > 0 || this.facts.lost),
      pickedFor: [...this.files.flatMap(({ question }) => question ?? []), ...this.lostFor],
      delivered: this.earlier,
    });
  }

  /** `now` in seconds: when the consent was given. */
  async send(now: number): Promise<void> {
    const { opened } = this;
    if (!opened || this.facts.phase !== 'writing' || this.facts.unfinished >= 0 || this.unfit) return;
    if (this.notice !== '' && !this.agreed) return;
    const { invitation, link, parts } = opened;
    this.progress = null;
    this.sending = 'preparing';
    forward({ at: 'sending' });
    void this.#awake.hold();
    try {
      const { startSending } = await this.#load();
      this.#transfer = startSending(
        {
          parts,
          link,
          files: this.files.map(({ file, question }) => ({ file, question })),
          answers: collected(invitation.questions, this.drafts),
          consent: this.notice === '' ? null : { text: invitation.notice, at: now },
          sender: this.name.trim(),
        },
        {
          state: (state) => (this.sending = state),
          progress: (progress) => (this.progress = progress),
          safe: () => undefined,
        },
      );
      await this.#arrived(await this.#transfer.done);
    } catch (error) {
      this.#ended(await whyEnded(error, parts));
    } finally {
      this.#transfer = null;
      this.#awake.release();
    }
  }

  pause(): void {
    this.#transfer?.pause();
  }

  resume(): void {
    this.#transfer?.resume();
  }

  async cancel(): Promise<void> {
    this.asksToStop = false;
    await this.#transfer?.cancel();
  }

  /** Leaves the stop for the screen where something can be done about it. */
  leaveStop(to: 'check' | 'film'): void {
    this.stop = null;
    if (this.#entry.at !== to) this.go({ at: to });
  }

  async #arrived(sent: Sent): Promise<void> {
    const { opened } = this;
    if (!opened) return;
    const { receipt, received_at, expires_at } = sent;
    const delivered = { receipt, received_at, expires_at, readers: readerNames(opened.invitation) };
    this.delivered = delivered;
    this.sending = null;
    this.asksToStop = false;
    instead({ at: 'arrived' });
    rememberArrived(delivered);
    forget(this.#place);
    const fingerprint = toBase64url(opened.parts.fingerprint);
    await writeKept(fingerprint, { drafts: {}, name: '', picked: false, delivered });
  }

  #ended(error: unknown): void {
    this.sending = null;
    this.asksToStop = false;
    const stop = stopOfSending(error, navigator.onLine);
    // The entry of the sending screen lies on top of the one it was sent from.
    this.#entry = { at: 'check' };
    backward();
    if (!stop) return;
    const file = stop.file === null ? undefined : this.files[stop.file];
    this.stoppedFile = file?.file.name ?? '';
    if (file && (stop.kind === 'file-unreadable' || stop.kind === 'file-changed')) this.remove(file.key);
    this.stop = stop;
  }

  #forgetPicked(): void {
    if (this.before === 'picked') this.before = 'answers';
  }

  #stopAt(stop: Stop): void {
    this.stop = stop;
  }
}
