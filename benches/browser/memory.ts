/** What the processes of a browser hold, in MiB, as the kernel counts it: proportional set size. */
import { type Process, family } from './processes.ts';

export interface Held {
  /** The process of the page, its workers included. */
  readonly renderer: number;
  /** What else runs pages: a service worker where it has a process of its own, and windows that show nothing. */
  readonly others: number;
  /** The process that fetches for them, where there is one. */
  readonly network: number;
  /** The process that keeps bodies on their way. */
  readonly browser: number;
}

export interface Growth {
  /** The least of each: what a page needed to open is often given back only after the work has begun. */
  readonly idle: Held;
  /** The most of each, not all of them at the same moment. */
  readonly most: Held;
  readonly samples: number;
}

const EVERY_MS = 100;

/** Samples the browser whose first process is `leader` until `work` is done. */
export async function growthWhile(leader: number, work: () => Promise<void>): Promise<Growth> {
  const samples = [family(leader)];
  let busy = true;
  const watching = (async () => {
    while (busy) {
      samples.push(family(leader));
      await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
    }
  })();
  try {
    await work();
  } finally {
    busy = false;
    await watching;
  }
  return grown(samples);
}

function grown(samples: readonly Process[][]): Growth {
  const page = busiest(samples);
  const held = samples.map((sample) => heldBy(sample, page));
  const by = (chosen: (...values: number[]) => number): Held => {
    const of = (key: keyof Held) => chosen(...held.map((one) => one[key]));
    return {
      renderer: of('renderer'),
      others: of('others'),
      network: of('network'),
      browser: of('browser'),
    };
  };
  return { idle: by(Math.min), most: by(Math.max), samples: samples.length };
}

/** Of all that show pages the one that has worked the most meanwhile is the page's. */
function busiest(samples: readonly Process[][]): number {
  const showing = (sample: Process[] = []) => sample.filter(({ does }) => does === 'shows');
  const before = new Map(showing(samples[0]).map(({ id, worked }) => [id, worked]));
  const work = ({ id, worked }: Process) => worked - (before.get(id) ?? 0);
  const [first] = showing(samples.at(-1)).sort((a, b) => work(b) - work(a));
  if (first === undefined) throw new Error('no process shows a page');
  return first.id;
}

function heldBy(sample: readonly Process[], page: number): Held {
  const sum = (of: (one: Process) => boolean) => sample.filter(of).reduce((all, { pss }) => all + pss, 0);
  return {
    renderer: sum(({ id }) => id === page),
    others: sum(({ id, does }) => does === 'shows' && id !== page),
    network: sum(({ does }) => does === 'fetches'),
    browser: sum(({ does }) => does === 'leads'),
  };
}
