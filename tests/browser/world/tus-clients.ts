/** tus clients of others, told what they have to be told: no creation, no metadata, ask for the offset first. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { Upload } from 'tus-js-client';
import type { Reserved } from './reserved.ts';

export type Sends = (reserved: Reserved, url: string) => Promise<void>;

const PIECE = 4 * 1024 * 1024;
const TRIES = 40;
const WAIT_MS = 500;
/** Attempts that bring nothing on, after which it counts as looping: this client would go on for ever. */
const MOST_IDLE = 40;
const VENV = process.env['DEWDROP_TUS_CLIENTS'] ?? join(import.meta.dirname, '../../../target/tus-clients');

export const tusJsClient: Sends = (reserved, url) =>
  new Promise((sent, failed) => {
    let furthest = 0;
    let idle = 0;
    const upload = new Upload(createReadStream(reserved.path), {
      uploadUrl: url,
      uploadSize: reserved.size,
      chunkSize: PIECE,
      headers: { Authorization: reserved.bearer },
      retryDelays: Array.from({ length: TRIES }, () => WAIT_MS),
      storeFingerprintForResuming: false,
      onAfterResponse: (request, response) => {
        if (request.getMethod() !== 'PATCH') return;
        const offset = Number(response.getHeader('Upload-Offset') ?? 0);
        idle = offset > furthest ? 0 : idle + 1;
        furthest = Math.max(furthest, offset);
        if (idle > MOST_IDLE) {
          void upload.abort();
          failed(new Error(`no further than ${furthest}`));
        }
      },
      onError: failed,
      onSuccess: () => sent(),
    });
    upload.start();
  });

/** The bearer goes by stdin: arguments are seen by everyone. */
export const tuspy: Sends = async (reserved, url) => {
  const python = spawn(join(VENV, 'bin/python'), [join(import.meta.dirname, 'tuspy_sends.py')], {
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  let said = '';
  python.stderr.on('data', (part: Buffer) => (said += String(part)));
  python.stdin.end(
    JSON.stringify({
      ...{ url, path: reserved.path, bearer: reserved.bearer },
      ...{ piece: PIECE, tries: TRIES, wait: WAIT_MS / 1000 },
    }),
  );
  const [code] = (await once(python, 'close')) as [number];
  if (code !== 0) throw new Error(`tuspy: ${said}`);
};
