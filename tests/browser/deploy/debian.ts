/** A fresh Debian in a folder, driven by `tests/deploy/debian.sh`: off, or running with its own systemd. */
import { execFile, execFileSync, spawn } from 'node:child_process';
import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../world/until.ts';

const SCRIPT = join(import.meta.dirname, '../../deploy/debian.sh');
/** Of what the tests build: `make test-deploy` says where. */
export const BUILT = process.env['DEWDROP_DEPLOY'] ?? join(import.meta.dirname, '../../../target/deploy');

export interface Said {
  readonly code: number;
  /** Standard output and errors, as a terminal shows them. */
  readonly text: string;
}

export class Debian {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async fresh(name: string): Promise<Debian> {
    const debian = new Debian(join(BUILT, name));
    await debian.halts();
    await debian.#well('make');
    return debian;
  }

  boots(): Promise<void> {
    return this.#well('boot');
  }

  async halts(): Promise<void> {
    await this.#well('halt');
  }

  /** Runs a script in it; `chroot` while it is off. */
  runs(script: string, how: 'in' | 'chroot' = 'in'): Promise<Said> {
    return ran(SCRIPT, how, this.folder, '/bin/bash', '--norc', '-euc', `exec 2>&1\n${script}`);
  }

  /** The same, and it has to go well. */
  async does(script: string, how: 'in' | 'chroot' = 'in'): Promise<string> {
    const { code, text } = await this.runs(script, how);
    if (code !== 0) throw new Error(`${script}\n${text}\nexit code ${code}`);
    return text;
  }

  /** Starts a program of this machine that sees its network; returns how to end it. */
  stands(program: string, args: string[], env: NodeJS.ProcessEnv = {}): () => void {
    const log = `${this.folder}.${program}.log`;
    const line = [SCRIPT, 'near', this.folder, program, ...args];
    const running = spawn('/bin/bash', ['-c', 'exec "$@" >"$0" 2>&1', log, ...line], {
      env: { ...process.env, ...env },
      stdio: 'ignore',
    });
    process.once('exit', () => running.kill('SIGKILL'));
    return () => running.kill('SIGKILL');
  }

  /** A program like another one of this machine, that sees its network. */
  wrapper(program: string): string {
    const path = `${this.folder}.${program.replaceAll('/', '-')}.sh`;
    writeFileSync(path, `#!/bin/sh\nexec ${SCRIPT} near ${this.folder} ${program} "$@"\n`, { mode: 0o755 });
    return path;
  }

  gets(from: string, to: string): void {
    copyFileSync(from, this.path(to));
  }

  path(inside: string): string {
    return join(this.folder, inside);
  }

  async listens(port: number): Promise<void> {
    await until(`someone listens on port ${port}`, async () => {
      const opens = await ran(
        SCRIPT,
        'near',
        this.folder,
        'bash',
        '-c',
        `exec 3<>/dev/tcp/127.0.0.1/${port}`,
      );
      return opens.code === 0;
    });
  }

  async #well(what: string): Promise<void> {
    const { code, text } = await ran(SCRIPT, what, this.folder);
    if (code !== 0) throw new Error(text.trim());
  }
}

/** A command of this machine. */
export function here(program: string, ...args: string[]): string {
  return execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

function ran(program: string, ...args: string[]): Promise<Said> {
  return new Promise((resolve) => {
    execFile(
      program,
      args,
      { maxBuffer: 1 << 26, timeout: 300_000, killSignal: 'SIGKILL' },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
        resolve({ code, text: stdout + stderr });
      },
    );
  });
}
