/** What the processes of a browser hold, in MiB, as the kernel counts it: proportional set size. */
import { existsSync, readFileSync } from 'node:fs';
import type { Chromium } from './cdp.ts';

export interface Held {
  /** The process of the page, its workers included. */
  readonly renderer: number;
  /** The process that keeps bodies on their way. */
  readonly browser: number;
}

const EVERY_MS = 100;

interface Process {
  readonly type: string;
  readonly id: number;
  readonly cpuTime: number;
}

/** Samples until `work` is done; says the most above `idle`, in MiB. */
export async function growthWhile(
  browser: Chromium,
  work: () => Promise<void>,
): Promise<{ idle: Held; most: Held; samples: number }> {
  const idle = await held(browser);
  let most = idle;
  let samples = 0;
  let busy = true;
  const watching = (async () => {
    while (busy) {
      const now = await held(browser);
      most = {
        renderer: Math.max(most.renderer, now.renderer),
        browser: Math.max(most.browser, now.browser),
      };
      samples += 1;
      await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
    }
  })();
  try {
    await work();
  } finally {
    busy = false;
    await watching;
  }
  return { idle, most, samples };
}

/** The renderer that has worked the most is the page's: the others show nothing. */
async function held(browser: Chromium): Promise<Held> {
  const { processInfo } = (await browser.call('SystemInfo.getProcessInfo')) as { processInfo: Process[] };
  const renderers = processInfo
    .filter(({ type }) => type === 'renderer')
    .sort((a, b) => b.cpuTime - a.cpuTime);
  const main = processInfo.find(({ type }) => type === 'browser');
  return { renderer: proportional(renderers[0]?.id), browser: proportional(main?.id) };
}

/** 0 for a process that is not there, or has just ended. */
function proportional(pid: number | undefined): number {
  const path = `/proc/${pid}/smaps_rollup`;
  if (pid === undefined || pid === 0 || !existsSync(path)) return 0;
  const kib = /^Pss:\s+(\d+) kB$/m.exec(readFileSync(path, 'utf8'))?.[1];
  return Number(kib ?? 0) / 1024;
}
