/** The processes of a browser of any engine, and what each of them does for it. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';

export type Does = 'shows' | 'fetches' | 'leads' | 'rest';

export interface Process {
  readonly id: number;
  /** `shows`: pages and workers. `fetches`: for them, where that is a process of its own. `leads`: the others. */
  readonly does: Does;
  /** Ticks of a processor that it has used. */
  readonly worked: number;
  /** MiB, as the kernel counts it: what several share counts for each in part. */
  readonly pss: number;
}

/** Chromium, Firefox, WebKitGTK. */
const SHOWS = /--type=renderer|-contentproc .*\btab$|WebKitWebProcess/;
const FETCHES = /network\.mojom\.NetworkService|-contentproc .*\bsocket$|WebKitNetworkProcess/;
/** None of the processes that serve another one says its type so. */
const LEADS = /^\S*\/(chromium|firefox-esr|MiniBrowser)(?= |$)(?!.*( --type=| -contentproc ))/;

/** `leader` and all that it has begun, by itself or by another. */
export function family(leader: number): Process[] {
  const parents = new Map<number, number>();
  const all = new Map<number, { command: string; worked: number }>();
  for (const name of readdirSync('/proc')) {
    const id = Number(name);
    if (!Number.isInteger(id)) continue;
    const stat = read(`/proc/${id}/stat`);
    // What stands before it, the name, may hold anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    parents.set(id, Number(fields[1]));
    const command = read(`/proc/${id}/cmdline`).replaceAll('\0', ' ').trim();
    all.set(id, { command, worked: Number(fields[11]) + Number(fields[12]) });
  }
  const descends = (id: number): boolean =>
    id === leader || (parents.has(id) && descends(parents.get(id) ?? 0));
  return [...all]
    .filter(([id]) => descends(id))
    .map(([id, { command, worked }]) => ({ id, does: doing(command), worked, pss: proportional(id) }));
}

function doing(command: string): Does {
  if (SHOWS.test(command)) return 'shows';
  if (FETCHES.test(command)) return 'fetches';
  return LEADS.test(command) ? 'leads' : 'rest';
}

function proportional(id: number): number {
  const kib = /^Pss:\s+(\d+) kB$/m.exec(read(`/proc/${id}/smaps_rollup`))?.[1];
  return Number(kib ?? 0) / 1024;
}

/** Nothing of a process that has just ended. */
function read(path: string): string {
  try {
    return existsSync(path) ? readFileSync(path, 'utf8') : '';
  } catch {
    return '';
  }
}
