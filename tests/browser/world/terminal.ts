/** The command line, with a profile of its own: the second implementation of the same formats. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Account, JO } from './trainer.ts';
import { BINARY } from './server.ts';

export interface Ran {
  readonly code: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

interface Fetched {
  readonly submissions: readonly { label: string; files: readonly { path: string }[] }[];
}

export class Terminal {
  readonly folder = mkdtempSync(join(tmpdir(), 'dewdrop-terminal-'));

  /** Runs `dewdrop` and returns the JSON it prints; fails when it fails. */
  async dewdrop<Told>(...words: string[]): Promise<Told> {
    const { code, stdout, stderr } = await this.ran(BINARY, ...words, '--json');
    if (code !== 0) throw new Error(`dewdrop ${words[0]}: ${stderr}`);
    return JSON.parse(stdout.toString()) as Told;
  }

  ran(program: string, ...words: string[]): Promise<Ran> {
    const env = { ...process.env, DEWDROP_PROFILE: join(this.folder, 'profile') };
    return new Promise((resolve) => {
      execFile(program, words, { env, encoding: 'buffer', maxBuffer: 1 << 30 }, (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : Number(error.code ?? 1), stdout, stderr: stderr.toString() });
      });
    });
  }

  async signsIn(url: string, account: Account = JO): Promise<void> {
    await this.dewdrop('login', url, '--name', account.name, '--passphrase-file', this.passphrase(account));
  }

  /** The first account of a server. */
  async setsUp(address: string, account: Account = JO): Promise<void> {
    await this.dewdrop(
      ...['setup', address, '--name', account.name, '--display', account.display],
      ...['--recovery-out', this.at('sheet.txt'), '--passphrase-file', this.passphrase(account)],
    );
  }

  async makesLink(label: string, ...more: string[]): Promise<string> {
    const made = ['link', '--for', label, '--passphrase-file', this.passphrase(), ...more];
    return (await this.dewdrop<{ url: string }>(...made)).url;
  }

  /** Makes a link for `label` and sends files through it, as a client at another terminal does. */
  async sendsTo(label: string, ...files: string[]): Promise<void> {
    const link = await this.makesLink(label);
    await this.dewdrop('send', link, ...files);
  }

  /** Everything that was not saved yet; label to the paths of its files. */
  async fetches(): Promise<Record<string, string[]>> {
    const { submissions } = await this.dewdrop<Fetched>(
      ...['fetch', '--to', this.at('fetched'), '--passphrase-file', this.passphrase()],
    );
    return Object.fromEntries(submissions.map(({ label, files }) => [label, files.map(({ path }) => path)]));
  }

  passphrase(account: Account = JO): string {
    return this.writes('passphrase', `${account.passphrase}\n`);
  }

  /** A file in the folder of this terminal. */
  writes(name: string, text: string | Uint8Array): string {
    writeFileSync(join(this.folder, name), text);
    return join(this.folder, name);
  }

  at(name: string): string {
    return join(this.folder, name);
  }

  ends(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
