/** Lines of JSON for docs/benchmarks.md, and a table for whoever waits. */
import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { EngineKind } from '../../tests/browser/world/engines/engine.ts';
import type { Machine } from './machine.ts';
import type { Growth, Held } from './memory.ts';

export interface Pair {
  readonly what: 'loopback' | 'link';
  /** By the real page, sealed; or bare, as the page's own request with slices of the file. */
  readonly how: 'sealed' | 'bare';
  readonly run: number;
  readonly bytes: number;
  readonly ms: number;
  readonly machine: Machine;
}

export interface Memory extends Growth {
  readonly what: 'memory';
  readonly bytes: number;
  readonly machine: Machine;
}

/** A file that the desk has saved: the same bytes, or it is no run. */
export interface Saved extends Growth {
  readonly what: 'saving';
  readonly engine: EngineKind;
  readonly bytes: number;
  /** A copy of the browser's own that is then downloaded, or a download that the service worker feeds. */
  readonly way: 'copy' | 'stream';
  readonly ms: number;
  readonly machine: Machine;
}

/** Medians; what was fetched is what the kernel counted between browser and server. */
export interface Watched {
  readonly what: 'watch';
  readonly where: string;
  readonly bytes: number;
  readonly first_ms: number;
  readonly first_mib: number;
  readonly jumps: number;
  readonly jump_ms: number;
  readonly jump_mib: number;
  readonly machine: Machine;
}

const FOLDER = process.env['DEWDROP_BENCH'] ?? join(import.meta.dirname, '../../target/bench');

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [a = 0, b = a] = sorted.length % 2 === 1 ? [sorted[middle]] : sorted.slice(middle - 1, middle + 1);
  return (a + b) / 2;
};

export class Report {
  readonly #said: string[] = [];

  pair(run: Pair): void {
    this.#line(run);
    const rate = run.bytes / 1e6 / (run.ms / 1000);
    const seconds = (run.ms / 1000).toFixed(2);
    console.info(`${run.what} ${run.how} run ${run.run}: ${seconds} s, ${rate.toFixed(1)} MB/s`);
  }

  ratio(what: Pair['what'], bytes: number, sealed: number, bare: number): void {
    const reach = what === 'loopback' ? 0.85 : 0.97;
    const ratio = bare / sealed;
    this.#line({ what: `${what} ratio`, bytes, sealed_ms: sealed, bare_ms: bare, ratio, reach });
    const rate = (ms: number) => `${(bytes / 1e3 / ms).toFixed(1)} MB/s`;
    this.#said.push(
      `${what.padEnd(10)} sealed ${rate(sealed)}, bare ${rate(bare)}: ${ratio.toFixed(3)}x (reach ${reach}x)`,
    );
  }

  memory(run: Memory): void {
    this.#line(run);
    this.#said.push(
      `${'memory'.padEnd(10)} page ${over(run, 'renderer')} over idle while ${gib(run)} were sent (reach 96 MiB); ` +
        `the browser's own process ${over(run, 'browser')}; ${run.samples} samples`,
    );
  }

  saved(run: Saved): void {
    this.#line(run);
    this.#said.push(
      `${'saving'.padEnd(10)} ${run.engine}, by ${run.way}: page ${over(run, 'renderer')} over idle while ${gib(run)} ` +
        `were saved in ${(run.ms / 1000).toFixed(1)} s (reach 96 MiB); others ${over(run, 'others')}, ` +
        `network ${over(run, 'network')}, browser ${over(run, 'browser')}; ${run.samples} samples`,
    );
  }

  watched(run: Watched): void {
    this.#line(run);
    const at = (ms: number, mib: number) => `${ms.toFixed(0)} ms, ${mib.toFixed(1)} MiB`;
    this.#said.push(
      `watch      ${run.where}: first picture ${at(run.first_ms, run.first_mib)}; ` +
        `median of ${run.jumps} jumps ${at(run.jump_ms, run.jump_mib)}`,
    );
  }

  note(text: string): void {
    this.#said.push(text);
  }

  prints(): void {
    for (const line of this.#said) console.info(line);
  }

  #line(fields: object): void {
    mkdirSync(FOLDER, { recursive: true });
    appendFileSync(join(FOLDER, 'browser.json'), `${JSON.stringify(fields)}\n`);
  }
}

const gib = ({ bytes }: { bytes: number }) => `${(bytes / 2 ** 30).toFixed(2)} GiB`;
const over = ({ idle, most }: Growth, of: keyof Held) => `${(most[of] - idle[of]).toFixed(1)} MiB`;
