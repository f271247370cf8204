/**
 * One request to our own server. Secrets go into the Authorization header or the body, never into a URL.
 * Everything but 2xx throws Problem; so does a connection that breaks (`unreachable`, status 0).
 */
import { type Bytes, toBase64url } from '../sealed/bytes.ts';
import { Problem, problemOf } from './problem.ts';

export interface Request {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE' | 'PATCH';
  /** Starts with a slash. */
  readonly path: string;
  /** 32 raw bytes; without it the session cookie is what counts. */
  readonly bearer?: Uint8Array;
  readonly json?: object;
  readonly body?: Bytes;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** Milliseconds after which a missing answer counts as `unreachable`; two minutes unless told. */
  readonly patience?: number;
}

const PATIENCE = 120_000;

export async function send(request: Request): Promise<Response> {
  const headers = new Headers(request.headers);
  if (request.bearer !== undefined) headers.set('Authorization', `Bearer ${toBase64url(request.bearer)}`);
  if (request.json !== undefined) headers.set('Content-Type', 'application/json');
  // One controller for both reasons to give up: AbortSignal.any is younger than some phones.
  const ending = new AbortController();
  const end = () => ending.abort();
  const timer = setTimeout(end, request.patience ?? PATIENCE);
  if (request.signal?.aborted === true) end();
  request.signal?.addEventListener('abort', end);
  let answer: Response;
  try {
    answer = await fetch(request.path, {
      method: request.method,
      headers,
      body: bodyOf(request),
      credentials: request.bearer === undefined ? 'same-origin' : 'omit',
      cache: 'no-store',
      redirect: 'error',
      referrerPolicy: 'no-referrer',
      signal: ending.signal,
    });
  } catch (error) {
    request.signal?.removeEventListener('abort', end);
    if (request.signal?.aborted === true) throw error;
    throw new Problem('unreachable', 0);
  } finally {
    clearTimeout(timer);
  }
  if (!answer.ok) throw problemOf(answer.status, answer.headers.get('Retry-After'), await bodyText(answer));
  return answer;
}

/** The JSON answer, trusted to have the shape of our server's own wire types. */
export async function ask<Answer>(request: Request): Promise<Answer> {
  const answer = await send(request);
  try {
    return (await answer.json()) as Answer;
  } catch (error) {
    if (request.signal?.aborted === true) throw error;
    // Cut off on its way, or the page of something in between: whatever its status, no answer of ours.
    throw new Problem('unknown', 502);
  }
}

export async function askBytes(request: Request): Promise<Bytes> {
  const answer = await send(request);
  try {
    return new Uint8Array(await answer.arrayBuffer());
  } catch (error) {
    if (request.signal?.aborted === true) throw error;
    throw new Problem('unreachable', 0);
  }
}

function bodyOf(request: Request): BodyInit | null {
  if (request.json !== undefined) return JSON.stringify(request.json);
  // A Blob, because some engines and tools copy an ArrayBuffer body around.
  return request.body === undefined ? null : new Blob([request.body]);
}

async function bodyText(answer: Response): Promise<string> {
  try {
    return await answer.text();
  } catch {
    return '';
  }
}
