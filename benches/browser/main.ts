/**
 * The browser's half of `make bench`: `tsx browser/main.ts [loopback] [link] [memory] [watch] [saving]`,
 * all of them without a word. It needs DEWDROP_BINARY, a release build. Each run is a line of JSON in
 * `target/bench/browser.json`; a table says it to people.
 *
 * loopback  the real page sends 1 GiB to the real server, and the same page sends the bare file
 * link      the same pair, smaller, through 50 Mbit/s: in a network of its own, shaped by the kernel
 * watch     a film of 2 GiB at the desk: the first picture, and 30 jumps; once more through 20 Mbit/s
 * memory    what the page's process holds while it sends 4 GiB, over what it held before the file was picked
 * saving    the same for the desk while it saves 4 GiB, in each engine
 *
 * DEWDROP_BENCH_BYTES and DEWDROP_BENCH_RUNS make it smaller, for a first look; DEWDROP_ENGINE names one engine
 * that saves.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { Chromium } from './cdp.ts';
import { filled, filmed, removed } from './files.ts';
import { growthWhile } from './memory.ts';
import { machine } from './machine.ts';
import { type Pair, Report, median } from './report.ts';
import { Scene } from './scene.ts';
import { ENGINES, LABEL, saves } from './saver.ts';
import { Sender, sendsBare } from './sender.ts';
import { Viewer } from './viewer.ts';

const MEBI = 1024 * 1024;
const number = (name: string, otherwise: number) => Number(process.env[name] ?? otherwise);
const RUNS = number('DEWDROP_BENCH_RUNS', 5);
const LOOPBACK_BYTES = number('DEWDROP_BENCH_BYTES', 1024 * MEBI);
const LINK_BYTES = Math.min(LOOPBACK_BYTES, 96 * MEBI);
/** A little under the 4 GiB that a link takes, which are counted sealed. */
const MEMORY_BYTES = Math.min(LOOPBACK_BYTES * 4, 4094 * MEBI);
const FILM_BYTES = Math.min(LOOPBACK_BYTES * 2, 2048 * MEBI);
const JUMPS = 30;
/** Of the line to a phone that sends, and of the one to a desk that watches. */
const MBIT = { link: 50, watch: 20 };

const asked = process.argv.slice(2);
const wants = (what: string) => asked.length === 0 || asked.includes(what);

const report = new Report();
if (wants('loopback')) await pairs('loopback', LOOPBACK_BYTES, RUNS);
if (wants('memory')) await memory();
if (wants('saving')) await saving();
if (wants('watch')) await watch('loopback');
if (wants('link')) inOwnNetwork('link');
if (wants('watch')) inOwnNetwork('watch');
if (asked.includes('shaped-link')) {
  shaped('link');
  await pairs('link', LINK_BYTES, RUNS);
}
if (asked.includes('shaped-watch')) await watch(`${MBIT.watch} Mbit/s`);
report.prints();

/** Sealed and bare, alternating, so that what else the machine does falls on both. */
async function pairs(what: Pair['what'], bytes: number, runs: number): Promise<void> {
  const path = filled(bytes);
  const scene = await Scene.begins();
  const link = await scene.link();
  try {
    const times: Record<Pair['how'], number[]> = { sealed: [], bare: [] };
    for (let run = 1; run <= runs; run++) {
      for (const how of run % 2 === 1 ? (['bare', 'sealed'] as const) : (['sealed', 'bare'] as const)) {
        // What an earlier run left to be written is not this one's to wait for.
        execFileSync('sync');
        const browser = Chromium.starts();
        const sent =
          how === 'bare'
            ? await sendsBare(browser, scene, link, { path, size: bytes })
            : await sealed(browser, link, path);
        times[how].push(sent.ms);
        report.pair({
          what,
          how,
          run,
          bytes,
          ms: Math.round(sent.ms),
          machine: machine(await browser.version()),
        });
        await browser.ends();
        await scene.erases(sent.receipt);
      }
    }
    report.ratio(what, bytes, median(times.sealed), median(times.bare));
  } finally {
    await scene.ends();
    removed(path);
  }
}

async function sealed(
  browser: Chromium,
  link: string,
  path: string,
): Promise<Awaited<ReturnType<Sender['sends']>>> {
  const sender = await Sender.opens(browser, link);
  await sender.picks(path);
  return sender.sends();
}

/** What is watched is sent before the line is slow. */
async function watch(where: string): Promise<void> {
  const scene = await Scene.begins();
  const browser = Chromium.starts();
  try {
    await scene.sends(await scene.link(), filmed(FILM_BYTES));
    execFileSync('sync');
    if (asked.includes('shaped-watch')) shaped('watch');
    const viewer = await Viewer.opens(browser, scene);
    const first = await viewer.watches();
    const looks = [];
    // Golden steps: all over the film, the same in each run.
    for (let jump = 1; jump <= JUMPS; jump++) looks.push(await viewer.jumps((jump * 0.618034) % 1));
    report.watched({
      what: 'watch',
      where,
      bytes: FILM_BYTES,
      first_ms: first.ms,
      first_mib: first.mib,
      jumps: JUMPS,
      jump_ms: median(looks.map(({ ms }) => ms)),
      jump_mib: median(looks.map(({ mib }) => mib)),
      machine: machine(await browser.version()),
    });
  } finally {
    await browser.ends();
    await scene.ends();
  }
}

async function memory(): Promise<void> {
  const path = filled(MEMORY_BYTES);
  const scene = await Scene.begins();
  const browser = Chromium.starts();
  try {
    const sender = await Sender.opens(browser, await scene.link());
    const grown = await growthWhile(browser.pid, async () => {
      await sender.picks(path);
      const { ms } = await sender.sends();
      report.note(`${MEMORY_BYTES / MEBI} MiB in ${(ms / 1000).toFixed(1)} s`);
    });
    report.memory({
      what: 'memory',
      bytes: MEMORY_BYTES,
      ...grown,
      machine: machine(await browser.version()),
    });
  } finally {
    await browser.ends();
    await scene.ends();
    removed(path);
  }
}

/** One file, saved by each engine in turn. One that fails does not keep the others from it. */
async function saving(): Promise<void> {
  const path = filled(MEMORY_BYTES);
  const scene = await Scene.begins();
  try {
    await scene.sends(await scene.link('--for', LABEL), path);
    const only = process.env['DEWDROP_ENGINE'];
    for (const engine of ENGINES.filter((kind) => only === undefined || only === kind)) {
      execFileSync('sync');
      const saved = await saves(engine, scene, path).catch((error: unknown) => {
        report.note(`saving     ${engine} was not measured: ${String(error)}`);
        process.exitCode = 1;
        return null;
      });
      if (saved !== null) report.saved({ what: 'saving', engine, bytes: MEMORY_BYTES, ...saved });
    }
  } finally {
    await scene.ends();
    removed(path);
  }
}

/** This program once more, in a network of its own, in which only it is slowed down. */
function inOwnNetwork(what: keyof typeof MBIT): void {
  const again = [process.execPath, ...process.execArgv, ...process.argv.slice(1, 2), `shaped-${what}`];
  const root = process.getuid?.() === 0 ? ['--net'] : ['--net', '--map-root-user'];
  const begins = 'ip link set lo mtu 1500 up && exec "$@"';
  const { status } = spawnSync('unshare', [...root, 'sh', '-c', begins, 'sh', ...again], {
    stdio: 'inherit',
  });
  if (status !== 0)
    report.note(`${what} was not measured: ${status === null ? 'no unshare' : `exit ${status}`}`);
}

/** From now on the only way between browser and server is a slow one. */
function shaped(what: keyof typeof MBIT): void {
  const shape = `qdisc add dev lo root tbf rate ${MBIT[what]}mbit burst 64kb latency 60ms`;
  execFileSync('tc', shape.split(' '));
}
