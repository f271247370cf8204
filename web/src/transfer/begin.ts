/**
 * Which submission a delivery goes into: the one that an earlier visit of this browser began, or another.
 * One whose proof was made is never changed: either it arrived, or it is committed again as it is, or
 * another is begun.
 */
import { fromBase64url, sha256, toBase64url } from '../sealed/bytes.ts';
import { newSubmissionId } from '../sealed/ids.ts';
import type { LinkParts } from '../sealed/link.ts';
import { newReceipt } from '../sealed/receipt.ts';
import type { Begun, Terms } from './begun.ts';
import type { Control } from './control.ts';
import { SendingError, type SendingStart, type Sent } from './sending.ts';
import { Submission, type SubmissionPorts } from './submission.ts';

export type Beginning =
  /** An earlier visit's commit had arrived, though the answer never came. */
  | { readonly kind: 'arrived'; readonly sent: Sent }
  | { readonly kind: 'send' | 'go-on' | 'commit'; readonly submission: Submission };

/** For files that were picked now: under new numbers and new keys, whatever is kept. */
export async function beginSending(
  start: SendingStart,
  control: Control,
  ports: SubmissionPorts,
): Promise<Beginning> {
  const { parts } = start;
  const terms = termsOf(start);
  const anew = () => submissionOf(fresh(parts, terms, ports.now()));
  const submissionOf = (begun: Begun) => new Submission(parts, begun, control, ports);
  const earlier = await ports.store.read(parts);
  if (earlier === null || earlier.secret === null || earlier.terms.link !== terms.link)
    return { kind: 'send', submission: anew() };
  const submission = submissionOf(earlier);
  const receipt = await submission.receipt();
  if (receipt?.state === 'received' && earlier.proven)
    return {
      kind: 'arrived',
      sent: await submission.arrived(receipt.received_at ?? 0, receipt.expires_at ?? 0),
    };
  const room = submission.numbersLeft >= start.files.length;
  if (receipt?.state === 'receiving' && !earlier.proven && room)
    return { kind: 'send', submission: submissionOf({ ...earlier, ...nothingYet(ports.now()), terms }) };
  if (receipt?.state === 'receiving') await submission.erasePatiently();
  return { kind: 'send', submission: anew() };
}

/** For what is kept here, with nothing picked. Throws SendingError `not-kept`. */
export async function takeUp(parts: LinkParts, control: Control, ports: SubmissionPorts): Promise<Beginning> {
  const begun = await ports.store.read(parts);
  if (begun === null || begun.secret === null) throw new SendingError('not-kept');
  const submission = new Submission(parts, begun, control, ports);
  const receipt = await submission.receipt();
  if (receipt?.state === 'received' && begun.proven)
    return {
      kind: 'arrived',
      sent: await submission.arrived(receipt.received_at ?? 0, receipt.expires_at ?? 0),
    };
  if (receipt?.state === 'receiving' && begun.proven) return { kind: 'commit', submission };
  if (!begun.kept) throw new SendingError('not-kept');
  if (receipt?.state === 'receiving') return { kind: 'go-on', submission };
  // What the server alone had is gone.
  if (begun.files.some(({ from }) => from > 0)) {
    await submission.keptIsGone();
    throw new SendingError('not-kept');
  }
  // The server has forgotten it, after a day without a byte: what is kept goes into another submission.
  const again = { ...begun, submission: newSubmissionId(), receipt: newReceipt(), proven: false, sent: 0 };
  return { kind: 'go-on', submission: new Submission(parts, again, control, ports) };
}

function fresh(parts: LinkParts, terms: Terms, now: number): Begun {
  return {
    terms,
    secret: parts.secret,
    submission: newSubmissionId(),
    receipt: newReceipt(),
    nextNumber: 0,
    proven: false,
    ...nothingYet(now),
  };
}

function nothingYet(now: number) {
  return { begun_at: now, files: [], manifest: new Uint8Array(0), kept: false, sent: 0 };
}

function termsOf({ link, answers, consent, sender }: SendingStart): Terms {
  return {
    link: link.link,
    recipient: link.recipient,
    invitation: toBase64url(sha256(fromBase64url(link.invitation))),
    max_files: link.max_files,
    max_bytes: link.max_bytes,
    answers,
    consent,
    sender,
  };
}
