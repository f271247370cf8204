/** Where and with what a run was made. */
import { execFileSync } from 'node:child_process';
import { cpus, loadavg, release, totalmem } from 'node:os';
import { BINARY } from '../../tests/browser/world/server.ts';

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memory_gib: number;
  readonly kernel: string;
  readonly browser: string;
  readonly dewdrop: string;
  /** Over the last minute, this run included: what else went on. */
  readonly load: number;
}

/** `browser`: what it calls itself. */
export function machine(browser: string): Machine {
  return {
    cpu: cpus()[0]?.model ?? '',
    cores: cpus().length,
    memory_gib: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
    browser,
    dewdrop: execFileSync(BINARY, ['--version'], { encoding: 'utf8' }).trim(),
    load: Math.round((loadavg()[0] ?? 0) * 10) / 10,
  };
}
