/** A reply as the sender gets it: from an honest server, and from one that does what it likes. */
import { describe, expect, test } from 'vitest';
import { Problem, type ProblemType } from '../api/problem.ts';
import type { Bytes } from '../sealed/bytes.ts';
import { newIdentity, recipientOf } from '../sealed/identity.ts';
import { newSubmissionId } from '../sealed/ids.ts';
import { fingerprintOf } from '../sealed/link.ts';
import { newReceipt, replyRecipient } from '../sealed/receipt.ts';
import { sealNotes, sealReply } from '../sealed/reply.ts';
import { fetchReply } from './open-reply.ts';

const link = newIdentity();
const submission = newSubmissionId();
const receipt = { secret: newReceipt(), fingerprint: fingerprintOf(recipientOf(link)) };
const to = replyRecipient(receipt.secret);
const part = { type: 'audio/webm' as const, bytes: new Uint8Array(1000).fill(1) };
const review = { submission, written_at: 5, text: 'Well done', notes: [], parts: [part] };

const given = (sealed: Bytes) =>
  fetchReply({ receipt, submission }, { getReply: () => Promise.resolve(sealed) });
const failing = (type: ProblemType, status: number) =>
  fetchReply({ receipt, submission }, { getReply: () => Promise.reject(new Problem(type, status)) });

describe('a reply', () => {
  test('is shown when the trainer wrote it', async () => {
    const answer = await given(await sealReply(review, link, to));
    expect(answer).toMatchObject({ kind: 'reply', reply: { text: 'Well done', written_at: 5 } });
    if (answer.kind !== 'reply') return;
    expect(answer.reply.parts.map(({ type, size }) => [type, size])).toEqual([['audio/webm', 1000]]);
  });

  test('of someone else, to another submission, altered or cut off is refused', async () => {
    const good = await sealReply(review, link, to);
    const elsewhere = { ...review, submission: newSubmissionId() };
    const altered = good.slice();
    altered[altered.length - 1] = (altered.at(-1) ?? 0) ^ 1;
    for (const sealed of [
      await sealReply(review, newIdentity(), to),
      await sealReply(elsewhere, link, to),
      await sealReply(review, link, replyRecipient(newReceipt())),
      await sealNotes(review, link),
      altered,
      good.slice(0, -1),
      good.slice(0, 50),
      new Uint8Array(0),
    ]) {
      expect(await given(sealed)).toEqual({ kind: 'refused' });
    }
  });

  test('that is gone, and one that can not be asked for, are told apart', async () => {
    expect(await failing('not-available', 404)).toEqual({ kind: 'missing' });
    expect(await failing('erased', 410)).toEqual({ kind: 'missing' });
    expect(await failing('unreachable', 0)).toEqual({ kind: 'unreachable' });
    expect(await failing('internal', 500)).toEqual({ kind: 'unreachable' });
  });
});
