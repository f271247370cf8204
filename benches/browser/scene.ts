/** One real server with an account and a link, all made by the program that is measured. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { BINARY, Server } from '../../tests/browser/world/server.ts';
import { type Bytes, toBase64url } from '../../web/src/sealed/bytes.ts';
import { newSubmissionId } from '../../web/src/sealed/ids.ts';
import { bearerHash, linkAuth, newSecret, parseLink, receiptAuth } from '../../web/src/sealed/link.ts';

const run = promisify(execFile);
export const NAME = 'jo.meyer';
export const PASSPHRASE = 'otter lantern gravel moss quiet river seven';
/** Milliseconds that an erasure may take before something is wrong. */
const ERASED_WITHIN = 60_000;

export class Scene {
  readonly server: Server;
  readonly #folder = mkdtempSync(join(tmpdir(), 'dewdrop-bench-'));

  private constructor(server: Server) {
    this.server = server;
  }

  static async begins(): Promise<Scene> {
    const scene = new Scene(await Server.starts());
    writeFileSync(join(scene.#folder, 'passphrase'), PASSPHRASE);
    const account = ['--name', NAME, '--display', 'Jo', '--recovery-out', join(scene.#folder, 'sheet')];
    await scene.#dewdrop('setup', scene.server.setUpAddress, ...account);
    return scene;
  }

  /** A link that asks for nothing but a file, and can be used often. */
  async link(...more: string[]): Promise<string> {
    const made = JSON.parse(await this.#dewdrop('link', '--uses', '100', ...more)) as { url: string };
    return made.url;
  }

  /** Sent at the command line: for what happens at the desk afterwards. */
  async sends(link: string, path: string): Promise<void> {
    await this.#dewdrop('send', link, path);
  }

  /** A submission with one file of `size` bytes, begun through the link: where to send it, and the bearer. */
  async submission(link: string, size: number): Promise<{ path: string; bearer: string; receipt: Bytes }> {
    const receipt = newSecret();
    const bearer = toBase64url(linkAuth(parseLink(link).secret));
    const answer = await fetch(`${this.server.url}/api/submissions/${newSubmissionId()}`, {
      method: 'PUT',
      headers: { Authorization: `Bearer ${bearer}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ receipt_hash: bearerHash(receiptAuth(receipt)), files: { 0: size } }),
    });
    if (!answer.ok) throw new Error(`no submission: ${answer.status} ${await answer.text()}`);
    return { path: '/api/receipt/files/0', bearer: toBase64url(receiptAuth(receipt)), receipt };
  }

  /** Erases what was sent and waits until its bytes are gone, so that the next run has the same disk. */
  async erases(receipt: Bytes): Promise<void> {
    const headers = { Authorization: `Bearer ${toBase64url(receiptAuth(receipt))}` };
    const at = `${this.server.url}/api/receipt`;
    await fetch(at, { method: 'DELETE', headers });
    for (const end = Date.now() + ERASED_WITHIN; Date.now() < end;) {
      const { erased_at } = (await (await fetch(at, { headers })).json()) as { erased_at?: number | null };
      if (typeof erased_at === 'number') return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error('it is not erased');
  }

  async ends(): Promise<void> {
    await this.server.ends();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #dewdrop(...words: string[]): Promise<string> {
    const asks = words[0] === 'send' ? [] : ['--passphrase-file', join(this.#folder, 'passphrase')];
    const env = { ...process.env, DEWDROP_PROFILE: join(this.#folder, 'profile') };
    return (await run(BINARY, [...words, ...asks, '--json'], { env })).stdout;
  }
}
