/**
 * What lies on the desk: the received and the waiting, kept true by the server's news. Every submission
 * is opened and checked once, by the worker, before a name of it is shown; that marks nothing.
 */
import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import * as api from '../api/desk.ts';
import { isPassing, Problem } from '../api/problem.ts';
import type { DeskEvent } from '../api/types.ts';
import type { SubmissionId, LinkId } from '../sealed/ids.ts';
import type { Desk, DeskLink, DeskSubmission } from '../transfer/desk.ts';
import { desk as words } from '../text/en.ts';
import { type Inside, receivedFrom, waitingFrom } from './facts.ts';
import { endsSession, failureOf } from './failure.ts';
import { follow, thisNetwork } from './feed.ts';
import { inOrder, type Received, type Waiting, waitingInOrder } from './lists.ts';

const KEEP_MS = 10_000;
const TICK_MS = 1_000;
const TELLS_AGAIN_MS = 10_000;

export class Shelf {
  #submissions: readonly DeskSubmission[] = $state.raw([]);
  #links: readonly DeskLink[] = $state.raw([]);
  readonly #inside = new SvelteMap<string, Inside>();
  /** Until when (ms) an erasure can be taken back. */
  readonly erasing = new SvelteMap<string, number>();
  /** What could not be opened just now, for a reason that may pass. */
  readonly unopened = new SvelteSet<string>();
  /** How many things the server has and can not read any more. */
  unreadable = $state(0);
  loaded = $state(false);
  connected = $state(true);
  opening: { done: number; all: number } | null = $state.raw(null);
  nowMs = $state(Date.now());

  readonly now = $derived(Math.floor(this.nowMs / 1000));
  readonly received: readonly Received[] = $derived(
    inOrder(
      this.#submissions.map((listed) => {
        const row = receivedFrom(listed, this.#inside.get(listed.record.id), words.submission.unnamed);
        return this.erasing.has(row.id) ? { ...row, asked: false } : row;
      }),
      this.now,
    ),
  );
  readonly waiting: readonly Waiting[] = $derived(waitingInOrder(this.#links.map(waitingFrom), this.now));
  readonly #desk: Desk;
  readonly #ended: () => void;
  readonly #untold: (() => Promise<void>)[] = [];
  #tellsAt = 0;
  #stops: (() => void)[] = [];
  #stopped = false;
  #round: Promise<void> | null = null;
  #again = false;

  constructor(desk: Desk, ended: () => void) {
    this.#desk = desk;
    this.#ended = ended;
  }

  start(): void {
    const tick = setInterval(() => this.#tick(), TICK_MS);
    this.#stops = [
      () => clearInterval(tick),
      follow(thisNetwork(api.listen), {
        heard: (event) => this.#heard(event),
        connected: (open) => {
          this.connected = open;
          void this.refresh();
          if (open) void this.#tellAgain();
        },
      }),
    ];
    void this.refresh();
  }

  stop(): void {
    this.#stopped = true;
    for (const stop of this.#stops) stop();
    this.#submissions = [];
    this.#links = [];
    this.#inside.clear();
    this.unopened.clear();
  }

  /** Asks for both lists; calls that come meanwhile make one more round, not many. */
  refresh(): Promise<void> {
    if (this.#round !== null) {
      this.#again = true;
      return this.#round;
    }
    this.#round = this.#rounds().finally(() => (this.#round = null));
    return this.#round;
  }

  inside(id: string): Inside | undefined {
    return this.#inside.get(id);
  }

  /** What can be opened; what was asked to be erased reads as gone. */
  row(id: string): Received | undefined {
    return this.received.find((row) => row.id === id && !row.asked);
  }

  /** Whether the server still has it: what was asked to be erased may be kept after all. */
  lies(id: string): boolean {
    return this.#submissions.some(({ record }) => record.id === id);
  }

  link(id: string): DeskLink | undefined {
    return this.#links.find((link) => link.record.id === id);
  }

  async close(id: string): Promise<void> {
    await api.closeLink(id as LinkId);
    await this.refresh();
  }

  async markOpened(id: string): Promise<void> {
    await this.#tell(() => api.markOpened(id as SubmissionId));
  }

  async markSaved(id: string, n: number): Promise<void> {
    await this.#tell(() => api.markSaved(id as SubmissionId, n));
  }

  async erase(id: string): Promise<void> {
    await api.eraseSubmission(id as SubmissionId);
    this.erasing.set(id, Date.now() + KEEP_MS);
    this.#tick();
  }

  /** Throws when it came too late. */
  async keep(id: string): Promise<void> {
    await api.keepSubmission(id as SubmissionId);
    this.#submissions = this.#submissions.map((listed) =>
      listed.record.id === id ? { ...listed, record: { ...listed.record, asked: false } } : listed,
    );
    this.erasing.delete(id);
    await this.refresh();
  }

  /** A mark that did not get through is told again once there is a connection, and a while later. */
  async #tell(mark: () => Promise<void>): Promise<void> {
    try {
      await mark();
    } catch (error) {
      if (!(error instanceof Problem && isPassing(error))) throw error;
      this.#untold.push(mark);
      this.#tellsAt = Date.now() + TELLS_AGAIN_MS;
      return;
    }
    await this.refresh();
  }

  async #tellAgain(): Promise<void> {
    // One that can not be told any more keeps no other from it.
    await Promise.allSettled(this.#untold.splice(0).map((mark) => this.#tell(mark)));
  }

  async #rounds(): Promise<void> {
    do {
      this.#again = false;
      try {
        const [links, submissions] = await Promise.all([
          this.#desk.links(location.origin),
          this.#desk.submissions(),
        ]);
        if (this.#stopped) return;
        [this.#links, this.#submissions, this.loaded] = [links.sound, submissions.sound, true];
        this.unreadable = links.unreadable + submissions.unreadable;
        await this.#openNew(submissions.sound);
      } catch (error) {
        if (this.#stopped) return;
        if (endsSession(error)) return this.#ended();
        this.connected = false;
      }
    } while (this.#again && !this.#stopped);
  }

  async #openNew(submissions: readonly DeskSubmission[]): Promise<void> {
    const fresh = submissions.filter(
      ({ record, refusal }) => refusal === null && !record.asked && !this.#inside.has(record.id),
    );
    for (const [done, { record }] of fresh.entries()) {
      this.opening = { done, all: fresh.length };
      const inside = await this.#open(record.id);
      if (this.#stopped) return;
      if (inside) this.#inside.set(record.id, inside);
      if (inside) this.unopened.delete(record.id);
      else this.unopened.add(record.id);
    }
    this.opening = null;
  }

  async #open(id: SubmissionId): Promise<Inside | null> {
    try {
      return { opened: await this.#desk.open(id) };
    } catch (error) {
      if (endsSession(error)) throw error;
      const failure = failureOf(error);
      return failure.kind === 'refused' ? { refused: failure.because } : null;
    }
  }

  #heard(event: DeskEvent): void {
    if (event.state !== 'receiving' || !this.#progressed(event)) void this.refresh();
  }

  /** Progress of what is known to be on its way is shown without asking again. */
  #progressed(event: DeskEvent): boolean {
    let known = false;
    this.#links = this.#links.map((link) => {
      if (link.record.id !== event.link) return link;
      const receiving = link.record.receiving.map((part) => {
        if (part.submission !== event.id) return part;
        known = true;
        return { ...part, received: event.received, size: event.size };
      });
      return { ...link, record: { ...link.record, receiving } };
    });
    return known;
  }

  #tick(): void {
    this.nowMs = Date.now();
    if (this.nowMs >= this.#tellsAt) void this.#tellAgain();
    const over = [...this.erasing].filter(([, until]) => until <= this.nowMs);
    for (const [id] of over) {
      this.#submissions = this.#submissions.filter(({ record }) => record.id !== id);
      this.erasing.delete(id);
    }
  }
}
