/**
 * Brings one sealed file to the server (tus 1.0.0 core): bodies from memory, each acknowledged before it is
 * dropped. Lost connections are tried again as long as the page lives; an offset that differs is read
 * again; a proxy that refuses the size of a request gets smaller ones.
 */
import { toBase64url } from '../sealed/bytes.ts';
import { send } from '../api/http.ts';
import { Problem, isPassing, problemOf } from '../api/problem.ts';
import { type Control, Interrupted } from './control.ts';
import type { SealedWindow } from './window.ts';

const TUS = { 'Tus-Resumable': '1.0.0' };
const LARGEST_BODY = 8 * 1024 * 1024;
const SMALLEST_BODY = 256 * 1024;
/** Milliseconds without a byte moved or an answer, after which a request counts as broken. */
const SILENCE = 45_000;
/** Attempts in a row that bring the offset no further, although the server answers each. */
const MOST_STALLS = 8;

export interface PatchRequest {
  readonly path: string;
  readonly bearer: Uint8Array;
  readonly offset: number;
  readonly body: Blob;
  readonly signal: AbortSignal;
  /** Bytes of the body handed to the network so far. */
  readonly moved: (bytes: number) => void;
}

export interface Tus {
  /** The new offset. Throws Problem. */
  patch(request: PatchRequest): Promise<number>;
  head(path: string, bearer: Uint8Array, signal: AbortSignal): Promise<{ offset: number; length: number }>;
}

export interface Target {
  readonly path: string;
  readonly bearer: Uint8Array;
  /** Bytes of the sealed file that are at the server or on their way. */
  readonly moved: (bytes: number) => void;
}

/**
 * Sends all of a window. Throws Problem when the server refuses for good, Lost when it lacks bytes that are
 * gone here, Cancelled, or SendingError when the file can not be read.
 */
export async function upload(
  window: SealedWindow,
  target: Target,
  control: Control,
  tus: Tus = browserTus,
): Promise<void> {
  let most = LARGEST_BODY;
  let stalls = 0;
  let sure = true;
  while (window.acknowledged < window.size) {
    const before = window.acknowledged;
    try {
      if (!sure) {
        const { offset, length } = await control.run((signal) =>
          tus.head(target.path, target.bearer, signal),
        );
        if (length !== window.size) throw new Problem('size-differs', 409);
        window.acknowledge(offset);
        sure = true;
      } else {
        const body = await window.body(most);
        const offset = await control.run((signal) =>
          tus.patch({
            ...target,
            offset: before,
            body,
            signal,
            moved: (bytes) => target.moved(before + bytes),
          }),
        );
        window.acknowledge(offset);
        if (offset === before) throw new Problem('offset-differs', 409);
      }
    } catch (error) {
      if (error instanceof Interrupted) {
        sure = false;
        continue;
      }
      if (!(error instanceof Problem)) throw error;
      if (isTooLargeForAProxy(error) && most > SMALLEST_BODY) most /= 2;
      else if (!mayPass(error)) throw error;
      sure = false;
      stalls += error.status === 0 ? 0 : 1;
      if (stalls > MOST_STALLS && !isPassing(error)) throw error;
      if (stalls > 1 || isPassing(error)) await control.wait(error.retryAfter);
    }
    target.moved(window.acknowledged);
    if (window.acknowledged > before) {
      stalls = 0;
      control.succeeded();
    }
  }
}

/** Our own server names its refusals; a bare 413 is a proxy's. */
function isTooLargeForAProxy(problem: Problem): boolean {
  return problem.status === 413 && problem.type === 'unknown';
}

function mayPass(problem: Problem): boolean {
  const readAgain: readonly string[] = ['offset-differs', 'interrupted', 'piece-too-small'];
  return isPassing(problem) || readAgain.includes(problem.type);
}

export const browserTus: Tus = {
  async head(path, bearer, signal) {
    const answer = await send({ method: 'HEAD', path, bearer, headers: TUS, signal, patience: SILENCE });
    return {
      offset: exactly(answer.headers.get('Upload-Offset')),
      length: exactly(answer.headers.get('Upload-Length')),
    };
  },

  /** By XMLHttpRequest: fetch does not say how much of a body has left. */
  patch({ path, bearer, offset, body, signal, moved }) {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      let silence = setTimeout(broken, SILENCE);
      function broken(): void {
        request.abort();
        failed();
      }
      function failed(): void {
        ended();
        reject(new Problem('unreachable', 0));
      }
      function ended(): void {
        clearTimeout(silence);
        signal.removeEventListener('abort', broken);
      }
      request.upload.onprogress = (event) => {
        clearTimeout(silence);
        silence = setTimeout(broken, SILENCE);
        moved(event.loaded);
      };
      request.onload = () => {
        ended();
        if (request.status === 204) resolve(exactly(request.getResponseHeader('Upload-Offset')));
        else
          reject(problemOf(request.status, request.getResponseHeader('Retry-After'), request.responseText));
      };
      request.onerror = failed;
      // Safari calls a connection that drops an abort.
      request.onabort = failed;
      signal.addEventListener('abort', broken);
      request.open('PATCH', path);
      request.setRequestHeader('Authorization', `Bearer ${toBase64url(bearer)}`);
      request.setRequestHeader('Content-Type', 'application/offset+octet-stream');
      request.setRequestHeader('Upload-Offset', String(offset));
      request.setRequestHeader('Tus-Resumable', TUS['Tus-Resumable']);
      request.send(body);
    });
  },
};

/** A number of a header; without one the answer is not our server's. */
function exactly(header: string | null): number {
  if (header === null || !/^\d{1,15}$/.test(header)) throw new Problem('unknown', 502);
  return Number(header);
}
