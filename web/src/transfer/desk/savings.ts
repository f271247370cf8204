/** What the desk's worker is saving right now: each under its number, paused, gone on with or ended by it. */
import { Control } from '../control.ts';
import { type Destination, SavingError, type SavingProgress } from '../desk.ts';
import type { FetchingPorts } from './fetching.ts';
import { PortSink } from './handing.ts';
import type { FromDesk, SaveMessage } from './messages.ts';
import { save } from './saving.ts';
import { PickedSink, type Sink, newSink } from './sink.ts';
import type { CheckedFile, Submissions } from './submissions.ts';
import { type ZipFile, saveZip, zipSize } from './zipping.ts';

/** Ten times a second is what a person can see. */
const TOLD_EVERY_MS = 100;

export class Savings {
  readonly #ports: FetchingPorts;
  readonly #submissions: Submissions;
  readonly #tell: (message: FromDesk) => void;
  readonly #running = new Map<number, Control>();
  readonly #kept = new Map<number, Sink>();
  /** Those whose download the browser has ended. */
  readonly #stopped = new Set<number>();

  constructor(ports: FetchingPorts, submissions: Submissions, tell: (message: FromDesk) => void) {
    this.#ports = ports;
    this.#submissions = submissions;
    this.#tell = tell;
  }

  control(id: number): Control | undefined {
    return this.#running.get(id);
  }

  async discard(id: number): Promise<void> {
    const sink = this.#kept.get(id);
    this.#kept.delete(id);
    await sink?.discard();
  }

  async save({ id, submission, what, destination }: SaveMessage): Promise<{ blob: Blob | null }> {
    const told = new Told((progress) => this.#tell({ kind: 'progress', id, progress }));
    const control = new Control((held) => told.is(held));
    const reached = (opened: number, total: number): void => told.reached(opened, total);
    this.#running.set(id, control);
    try {
      let blob: Blob | null;
      if (typeof what === 'number') {
        const file = this.#opened(submission, what);
        const sink = await this.#sink(id, destination, file.entry.size, control);
        blob = await save(file, sink, this.#ports, reached, control);
      } else {
        const files: ZipFile[] = what.files.map(({ n, name }) => ({
          file: this.#opened(submission, n),
          name,
        }));
        const sink = await this.#sink(id, destination, zipSize(files, what.texts), control);
        blob = await saveZip(files, what.texts, sink, this.#ports, reached, control);
      }
      return { blob };
    } catch (error) {
      this.#kept.delete(id);
      throw this.#stopped.has(id) ? new SavingError('stopped', error) : error;
    } finally {
      this.#running.delete(id);
      this.#stopped.delete(id);
    }
  }

  #opened(submission: SaveMessage['submission'], n: number): CheckedFile {
    const file = this.#submissions.file(submission, n);
    if (file === null) throw new SavingError('not-opened');
    return file;
  }

  async #sink(id: number, destination: Destination, size: number, control: Control): Promise<Sink> {
    switch (destination.to) {
      case 'picked':
        return PickedSink.into(destination.handle);
      case 'port': {
        const about = { type: 'application/octet-stream', name: destination.name, size, whole: true };
        const sink = new PortSink(destination.port, about, () => {
          this.#stopped.add(id);
          control.cancel();
        });
        // It may be waiting for a browser that takes nothing.
        control.ended.addEventListener('abort', () => void sink.discard());
        this.#kept.set(id, sink);
        return sink;
      }
      case 'own': {
        const sink = await newSink(size);
        this.#kept.set(id, sink);
        return sink;
      }
    }
  }
}

/** Says how far it is, not more often than one can see it; that it stands still or is done, at once. */
class Told {
  readonly #tell: (progress: SavingProgress) => void;
  #now: SavingProgress = { opened: 0, total: 0, paused: false, waiting: null };
  #at = -Infinity;

  constructor(tell: (progress: SavingProgress) => void) {
    this.#tell = tell;
  }

  is(held: Pick<SavingProgress, 'paused' | 'waiting'>): void {
    this.#now = { ...this.#now, ...held };
    this.#tell(this.#now);
  }

  reached(opened: number, total: number): void {
    this.#now = { ...this.#now, opened, total };
    if (performance.now() - this.#at < TOLD_EVERY_MS && opened < total) return;
    this.#at = performance.now();
    this.#tell(this.#now);
  }
}
