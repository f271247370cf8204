/** The desk's calls, by session cookie. What they carry is sealed; opening it is the desk worker's part. */
import { type Bytes, fromBase64url } from '../sealed/bytes.ts';
import type { LinkId, SubmissionId } from '../sealed/ids.ts';
import { release } from '../sealed/release.ts';
import { ask, askBytes, send } from './http.ts';
import { Problem } from './problem.ts';
import type {
  DeskEvent,
  LinkRecords,
  NewLink,
  NewPassphrase,
  Session,
  SetupRequest,
  SubmissionDetail,
  SubmissionRecords,
  VaultAnswer,
} from './types.ts';

export async function getSalt(name: string): Promise<Bytes> {
  const answer = await ask<{ salt: string }>({ method: 'POST', path: '/api/session/salt', json: { name } });
  return fromBase64url(answer.salt, 16);
}

export function signIn(name: string, proof: string): Promise<Session> {
  return ask({ method: 'POST', path: '/api/session', json: { name, proof } });
}

export async function signOut(): Promise<void> {
  await send({ method: 'DELETE', path: '/api/session' });
}

/** `token`: 32 bytes from the set-up address. */
export async function setUp(token: Uint8Array, request: SetupRequest): Promise<void> {
  await send({ method: 'POST', path: '/api/setup', bearer: token, json: request });
}

export async function getVault(): Promise<VaultAnswer> {
  const answer = await send({ method: 'GET', path: '/api/vault' });
  return { ...((await answer.json()) as Omit<VaultAnswer, 'etag'>), etag: answer.headers.get('ETag') ?? '' };
}

/** Returns the new ETag. Throws Problem `unlocked-elsewhere` when `etag` is no longer the stored one. */
export async function putVault(vault: string, etag: string): Promise<string> {
  const answer = await send({
    method: 'PUT',
    path: '/api/vault',
    json: { vault },
    headers: { 'If-Match': etag },
  });
  return answer.headers.get('ETag') ?? '';
}

/** With `recoveryAuth` instead of a session and `proof`. Ends all sessions. */
export async function putUnlock(request: NewPassphrase, recoveryAuth?: Uint8Array): Promise<void> {
  await send({
    method: 'PUT',
    path: '/api/vault/unlock',
    json: request,
    ...(recoveryAuth && { bearer: recoveryAuth }),
  });
}

export function getLinks(): Promise<LinkRecords> {
  return ask({ method: 'GET', path: '/api/links' });
}

export async function putLink(id: LinkId, link: NewLink): Promise<void> {
  await send({ method: 'PUT', path: `/api/links/${id}`, json: link });
}

export async function closeLink(id: LinkId): Promise<void> {
  await send({ method: 'POST', path: `/api/links/${id}/close` });
}

export function getSubmissions(): Promise<SubmissionRecords> {
  return ask({ method: 'GET', path: '/api/submissions' });
}

export function getSubmission(id: SubmissionId): Promise<SubmissionDetail> {
  return ask({ method: 'GET', path: `/api/submissions/${id}` });
}

export function getManifest(id: SubmissionId): Promise<Bytes> {
  return askBytes({ method: 'GET', path: `/api/submissions/${id}/manifest` });
}

/** A sealed review and its version, an ETag. */
export interface SealedNotes {
  readonly sealed: Bytes;
  readonly etag: string;
}

export async function getNotes(id: SubmissionId): Promise<SealedNotes> {
  const answer = await send({ method: 'GET', path: `/api/submissions/${id}/notes` });
  const sealed = await answer.arrayBuffer().catch(() => {
    throw new Problem('unreachable', 0);
  });
  return { sealed: new Uint8Array(sealed), etag: answer.headers.get('ETag') ?? '' };
}

/**
 * In the place of the version `etag`, or as the first where that is null; answers the new version. Throws
 * Problem `notes-changed` when another was first.
 */
export async function putNotes(id: SubmissionId, sealed: Bytes, etag: string | null): Promise<string> {
  const headers: Record<string, string> = etag === null ? { 'If-None-Match': '*' } : { 'If-Match': etag };
  const answer = await send({ method: 'PUT', path: `/api/submissions/${id}/notes`, body: sealed, headers });
  return answer.headers.get('ETag') ?? '';
}

export async function eraseNotes(id: SubmissionId): Promise<void> {
  await send({ method: 'DELETE', path: `/api/submissions/${id}/notes` });
}

/** In the place of a reply before. */
export async function putReply(id: SubmissionId, sealed: Bytes): Promise<void> {
  await send({ method: 'PUT', path: `/api/submissions/${id}/reply`, body: sealed });
}

export async function eraseReply(id: SubmissionId): Promise<void> {
  await send({ method: 'DELETE', path: `/api/submissions/${id}/reply` });
}

/**
 * Sealed bytes `from` to `to` of a file, both included, of `size` in all. A shorter or other answer than that is
 * Problem `unreachable`: the connection broke, or something on the way answered instead. `moved` is told how
 * many bytes have come, and where they lie.
 */
export async function getFilePart(
  part: { id: SubmissionId; n: number; from: number; to: number; size: number },
  moved: (bytes: number, into: Bytes) => void,
  signal: AbortSignal,
): Promise<Bytes> {
  const { id, n, from, to, size } = part;
  const path = `/api/submissions/${id}/files/${String(n)}`;
  const range = `bytes=${String(from)}-${String(to)}`;
  const answer = await send({ method: 'GET', path, headers: { Range: range }, signal });
  const stated = answer.headers.get('Content-Range');
  if (
    answer.status !== 206 ||
    stated !== `bytes ${String(from)}-${String(to)}/${String(size)}` ||
    answer.body === null
  ) {
    throw new Problem('unknown', 502);
  }
  const bytes = new Uint8Array(to - from + 1);
  const reader = answer.body.getReader();
  let at = 0;
  for (;;) {
    const piece = await reader.read().catch((error: unknown) => {
      throw signal.aborted ? error : new Problem('unreachable', 0);
    });
    if (piece.done) break;
    if (at + piece.value.length > bytes.length) throw new Problem('unknown', 502);
    bytes.set(piece.value, at);
    at += piece.value.length;
    // Some engines look for what nobody needs any more only after hundreds of MiB of it.
    if (piece.value.byteLength === piece.value.buffer.byteLength) release([piece.value]);
    moved(at, bytes);
  }
  if (at !== bytes.length) throw new Problem('unreachable', 0);
  return bytes;
}

export async function markOpened(id: SubmissionId): Promise<void> {
  await send({ method: 'POST', path: `/api/submissions/${id}/opened` });
}

export async function markSaved(id: SubmissionId, n: number): Promise<void> {
  await send({ method: 'POST', path: `/api/submissions/${id}/files/${String(n)}/saved` });
}

/** Takes back an erasure within its ten seconds. */
export async function keepSubmission(id: SubmissionId): Promise<void> {
  await send({ method: 'POST', path: `/api/submissions/${id}/keep` });
}

export async function eraseSubmission(id: SubmissionId): Promise<void> {
  await send({ method: 'DELETE', path: `/api/submissions/${id}` });
}

/**
 * Listens until the returned function is called. When more happened at once than the server could tell, it
 * says so, and `connected` is called again: whoever listens then asks for everything anew.
 */
export function listen(heard: (event: DeskEvent) => void, connected: (open: boolean) => void): () => void {
  const source = new EventSource('/api/events');
  source.addEventListener('again', () => {
    connected(true);
  });
  source.onmessage = (message: MessageEvent<string>) => {
    heard(JSON.parse(message.data) as DeskEvent);
  };
  source.onopen = () => {
    connected(true);
  };
  source.onerror = () => {
    connected(false);
  };
  return () => {
    source.close();
  };
}
