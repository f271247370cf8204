/**
 * Brings one sealed file to the server (tus 1.0.0 core): bodies from memory, each acknowledged before it is
 * dropped. Lost connections are tried again as long as the page lives; an offset that differs is read
 * again; a proxy that refuses the size of a request gets smaller ones. A disk that is full in the middle is
 * waited for.
 */
import { send } from '../api/http.ts';
import { Problem, problemOf } from '../api/problem.ts';
import { getReceipt } from '../api/sender.ts';
import { type Bytes, toBase64url } from '../sealed/bytes.ts';
import { reckon } from '../sealed/release.ts';
import { Bodies } from './bodies.ts';
import { type Control, Interrupted } from './control.ts';
import { isBare, passes } from './patience.ts';
import type { RequestSize } from './request-size.ts';

const TUS = { 'Tus-Resumable': '1.0.0' };
/** Milliseconds without a byte moved or an answer, after which a request counts as broken. */
const SILENCE = 45_000;
/** Attempts in a row that bring the offset no further, although the server answers each. */
const MOST_STALLS = 8;

export interface PatchRequest {
  readonly path: string;
  readonly bearer: Uint8Array;
  readonly offset: number;
  readonly body: Bytes;
  /** The body has been copied: its memory may be filled again. */
  readonly copied: () => void;
  readonly signal: AbortSignal;
  /** Bytes of the body handed to the network so far. */
  readonly moved: (bytes: number) => void;
}

export interface Tus {
  /** The new offset. Throws Problem. */
  patch(request: PatchRequest): Promise<number>;
  head(path: string, bearer: Uint8Array, signal: AbortSignal): Promise<{ offset: number; length: number }>;
}

/** What is sent: `SealedFile`. */
export interface Outgoing {
  readonly size: number;
  /** Fills `into` with the bytes from `from` on: WebKit may never finish a body that is backed by a file. */
  fill(into: Bytes, from: number): Promise<void>;
}

export interface Target {
  readonly path: string;
  readonly bearer: Uint8Array;
  /** Bytes of the sealed file that are at the server or on their way. */
  readonly moved: (bytes: number) => void;
  /** Bytes of the sealed file that the server has said to have. */
  readonly acknowledged: (bytes: number) => void;
  /** Whether something else is to be done first; asked between requests. */
  readonly stop: () => boolean;
}

/** How a delivery's requests are made: shared by its files, which go over the same network. */
export interface Way {
  readonly control: Control;
  readonly tus: Tus;
  readonly requests: RequestSize;
}

/**
 * Sends a file from `from` on, or from where the server is when that is null. True once the server has all
 * of it, false when stopped. Throws Problem when the server refuses for good, Lost when it lacks bytes
 * that are gone here, Cancelled, or SendingError when the file can not be read.
 */
export async function upload(
  file: Outgoing,
  from: number | null,
  target: Target,
  way: Way,
): Promise<boolean> {
  const bodies = new Bodies(file);
  try {
    return await uploadBy(bodies, file, from, target, way);
  } finally {
    bodies.close();
  }
}

async function uploadBy(
  bodies: Bodies,
  file: Outgoing,
  from: number | null,
  target: Target,
  way: Way,
): Promise<boolean> {
  const { control, requests } = way;
  let offset = from;
  let reached = from ?? 0;
  let stalls = 0;
  while (offset !== file.size) {
    if (target.stop()) return false;
    try {
      offset = offset === null ? await head(file, target, way) : await patch(bodies, offset, target, way);
      target.acknowledged(offset);
    } catch (error) {
      offset = null;
      if (error instanceof Interrupted) continue;
      if (!(error instanceof Problem)) throw error;
      if (error.type === 'unreachable') requests.dropped();
      const smaller = isTooLargeForAProxy(error) && requests.refused();
      const passing = passes(error);
      if (!smaller && passing === null && !isReadAgain(error)) throw error;
      stalls += smaller || passing !== null ? 0 : 1;
      if (stalls > MOST_STALLS) throw error;
      if (passing !== null || stalls > 1) await control.wait(error.retryAfter, passing ?? 'server');
    }
    if (offset !== null && offset > reached) {
      reached = offset;
      stalls = 0;
      control.succeeded();
    }
  }
  return true;
}

async function head(file: Outgoing, target: Target, { control, tus }: Way): Promise<number> {
  const { offset, length } = await control.run((signal) => tus.head(target.path, target.bearer, signal));
  if (length !== file.size || offset > length) throw new Problem('size-differs', 409);
  return offset;
}

async function patch(
  bodies: Bodies,
  from: number,
  target: Target,
  { control, tus, requests }: Way,
): Promise<number> {
  const body = await bodies.at(from, requests.bytes);
  const whole = body.length === requests.bytes;
  const end = from + body.length;
  const moved = (bytes: number) => target.moved(from + bytes);
  const copied = () => bodies.prepare(end, requests.bytes, body);
  const request = { ...target, offset: from, body, copied, moved };
  const offset = await control.run((signal) => tus.patch({ ...request, signal }));
  if (offset <= from || offset > end) throw new Problem('offset-differs', 409);
  if (whole && offset === end) requests.went();
  return offset;
}

/** Our own server names its refusals; a bare 413 is a proxy's. */
function isTooLargeForAProxy(problem: Problem): boolean {
  return problem.status === 413 && problem.type === 'unknown';
}

/** The offset differs from what was thought, or may: it is read again. */
function isReadAgain(problem: Problem): boolean {
  const types: readonly string[] = ['offset-differs', 'interrupted', 'piece-too-small'];
  return types.includes(problem.type) || isBare(problem);
}

export const browserTus: Tus = {
  async head(path, bearer, signal) {
    const request = { method: 'HEAD', path, bearer, headers: TUS, signal, patience: SILENCE } as const;
    const answer = await send(request).catch(async (error: unknown) => {
      throw await named(error, bearer, signal);
    });
    return {
      offset: exactly(answer.headers.get('Upload-Offset')),
      length: exactly(answer.headers.get('Upload-Length')),
    };
  },

  /** By XMLHttpRequest: fetch does not say how much of a body has left. */
  patch({ path, bearer, offset, body, copied, signal, moved }) {
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
        const header = (name: string) => request.getResponseHeader(name);
        if (request.status !== 204)
          return reject(problemOf(request.status, header('Retry-After'), request.responseText));
        // Firefox hands out an answer whose head was cut off: its offset may be missing.
        try {
          resolve(exactly(header('Upload-Offset')));
        } catch (problem) {
          reject(problem as Problem);
        }
      };
      request.onerror = failed;
      // Safari calls a connection that drops an abort.
      request.onabort = failed;
      signal.addEventListener('abort', broken);
      request.open('PATCH', path);
      // Firefox takes an answer without its head for XML, and complains.
      request.responseType = 'text';
      request.setRequestHeader('Authorization', `Bearer ${toBase64url(bearer)}`);
      request.setRequestHeader('Content-Type', 'application/offset+octet-stream');
      request.setRequestHeader('Upload-Offset', String(offset));
      request.setRequestHeader('Tus-Resumable', TUS['Tus-Resumable']);
      request.send(body);
      reckon(body.length);
      copied();
    });
  },
};

/** Nothing in an answer to HEAD says what is gone, or that our server answered: the receipt does. */
async function named(error: unknown, bearer: Uint8Array, signal: AbortSignal): Promise<unknown> {
  if (!(error instanceof Problem) || (error.status !== 404 && error.status !== 410)) return error;
  try {
    const { state, erased_at: at = null } = await getReceipt(bearer, signal);
    return state === 'erased' ? new Problem('erased', 410, { at }) : error;
  } catch (why) {
    return why;
  }
}

/** A number of a header; without one the answer is not our server's. */
function exactly(header: string | null): number {
  if (header === null || !/^\d{1,15}$/.test(header)) throw new Problem('unknown', 502);
  return Number(header);
}
