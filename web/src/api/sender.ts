/** The sender's calls: by link-auth until the submission stands, by receipt-auth from then on. */
import type { Bytes } from '../sealed/bytes.ts';
import type { SubmissionId } from '../sealed/ids.ts';
import { ask, askBytes, send } from './http.ts';
import type {
  CommitAnswer,
  CommitRequest,
  OpenLink,
  Receipt,
  SubmissionAnswer,
  SubmissionRequest,
} from './types.ts';

/** Throws Problem: `link-spent`, `link-closed`, `link-expired` with `state` and `at`; `not-available`. */
export function getLink(linkAuth: Uint8Array, signal?: AbortSignal): Promise<OpenLink> {
  return ask({ method: 'GET', path: '/api/link', bearer: linkAuth, ...(signal && { signal }) });
}

export function putSubmission(
  linkAuth: Uint8Array,
  id: SubmissionId,
  request: SubmissionRequest,
): Promise<SubmissionAnswer> {
  return ask({ method: 'PUT', path: `/api/submissions/${id}`, bearer: linkAuth, json: request });
}

export async function putManifest(receiptAuth: Uint8Array, sealedManifest: Bytes): Promise<void> {
  await send({ method: 'PUT', path: '/api/receipt/manifest', bearer: receiptAuth, body: sealedManifest });
}

export function commit(receiptAuth: Uint8Array, request: CommitRequest): Promise<CommitAnswer> {
  return ask({ method: 'POST', path: '/api/receipt/commit', bearer: receiptAuth, json: request });
}

export function getReceipt(receiptAuth: Uint8Array, signal?: AbortSignal): Promise<Receipt> {
  return ask({ method: 'GET', path: '/api/receipt', bearer: receiptAuth, ...(signal && { signal }) });
}

/** The sealed reply of the trainer. */
export function getReply(receiptAuth: Uint8Array, signal?: AbortSignal): Promise<Bytes> {
  return askBytes({
    method: 'GET',
    path: '/api/receipt/reply',
    bearer: receiptAuth,
    ...(signal && { signal }),
  });
}

/** Erases the reply, and nothing else. */
export async function eraseReply(receiptAuth: Uint8Array): Promise<void> {
  await send({ method: 'DELETE', path: '/api/receipt/reply', bearer: receiptAuth });
}

export async function eraseReceipt(receiptAuth: Uint8Array): Promise<void> {
  await send({ method: 'DELETE', path: '/api/receipt', bearer: receiptAuth });
}
