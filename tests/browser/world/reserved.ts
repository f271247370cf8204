/**
 * A submission reserved by a script, as docs/format.md has it, with one file that age sealed: what a tus
 * client of someone else's needs is then a URL and a bearer. Names stay in the manifest.
 */
import { execFileSync } from 'node:child_process';
import { openSync, closeSync, readSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import type { OpenLink } from '../../../web/src/api/types.ts';
import { fromBase64url, sha256, toBase64url } from '../../../web/src/sealed/bytes.ts';
import { LONGEST_HEADER, parseHeader } from '../../../web/src/sealed/header.ts';
import { newSubmissionId } from '../../../web/src/sealed/ids.ts';
import {
  bearerHash,
  checkFingerprint,
  linkAuth,
  newSecret,
  parseLink,
  receiptAuth,
} from '../../../web/src/sealed/link.ts';
import { proofOf, sealManifest } from '../../../web/src/sealed/manifest.ts';

const NONCE = 16;

interface Commit {
  readonly manifest: string;
  readonly proof: string;
}

export class Reserved {
  readonly server: string;
  /** The sealed file. */
  readonly path: string;
  readonly size: number;
  readonly bearer: string;
  readonly #commit: Commit;

  private constructor(server: string, path: string, bearer: string, commit: Commit) {
    this.server = server;
    this.path = path;
    this.size = statSync(path).size;
    this.bearer = bearer;
    this.#commit = commit;
  }

  /** Seals `file` beside `folder` and reserves room for it. */
  static async through(link: string, file: string, folder: string): Promise<Reserved> {
    const server = new URL(link).origin;
    const parts = parseLink(link);
    const auth = bearerOf(linkAuth(parts.secret));
    const open = (await (await asks(server, auth, 'GET', '/api/link')).json()) as OpenLink;
    checkFingerprint(parts, open.recipient);
    const submission = newSubmissionId();
    const path = `${folder}/${submission.replace(/^-/, '_')}.age`;
    execFileSync('age', ['-r', open.recipient, '-o', path, file]);
    const receipt = receiptAuth(newSecret());
    const bearer = bearerOf(receipt);
    await asks(server, auth, 'PUT', `/api/submissions/${submission}`, {
      receipt_hash: bearerHash(receipt),
      files: { '0': statSync(path).size },
    });
    const manifest = await sealManifest(
      {
        v: 1,
        link: open.link,
        submission,
        invitation: toBase64url(sha256(fromBase64url(open.invitation))),
        sent_at: Math.floor(Date.now() / 1000),
        files: [
          {
            n: 0,
            head: headOf(path),
            size: statSync(file).size,
            name: basename(file),
            type: 'video/mp4',
            modified: null,
            question: null,
          },
        ],
        answers: {},
        consent: null,
        sender: '',
        reply_to: null,
      },
      open.recipient,
    );
    await asks(server, bearer, 'PUT', '/api/receipt/manifest', manifest);
    return new Reserved(server, path, bearer, {
      manifest: toBase64url(sha256(manifest)),
      proof: toBase64url(proofOf(parts.secret, submission, manifest)),
    });
  }

  /** Where the file goes: on the server itself, or on something before it. */
  uploadUrl(origin = this.server): string {
    return `${origin}/api/receipt/files/0`;
  }

  /** What the server says it has. */
  async offset(): Promise<number> {
    const answer = await asks(this.server, this.bearer, 'HEAD', '/api/receipt/files/0');
    return Number(answer.headers.get('upload-offset'));
  }

  async commits(): Promise<void> {
    await asks(this.server, this.bearer, 'POST', '/api/receipt/commit', this.#commit);
  }
}

async function asks(
  server: string,
  bearer: string,
  method: string,
  path: string,
  body?: object,
): Promise<Response> {
  const answer = await fetch(`${server}${path}`, {
    method,
    headers: {
      authorization: bearer,
      'tus-resumable': '1.0.0',
      'content-type': body instanceof Uint8Array ? 'application/octet-stream' : 'application/json',
    },
    body:
      body === undefined || body instanceof Uint8Array
        ? ((body ?? null) as BodyInit | null)
        : JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return answer;
}

function bearerOf(bytes: Uint8Array): string {
  return `Bearer ${toBase64url(bytes)}`;
}

/** H of the header and the nonce behind it. */
function headOf(path: string): string {
  const start = Buffer.alloc(LONGEST_HEADER + NONCE);
  const file = openSync(path, 'r');
  readSync(file, start, 0, start.length, 0);
  closeSync(file);
  return toBase64url(sha256(start.subarray(0, parseHeader(start).length + NONCE)));
}
