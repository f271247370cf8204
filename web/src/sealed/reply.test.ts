import { describe, expect, test } from 'vitest';
import { equal, randomBytes, utf8 } from './bytes.ts';
import { newIdentity, publicKeyOf, recipientOf } from './identity.ts';
import { newSubmissionId } from './ids.ts';
import { LAST_TIME } from './json.ts';
import { fingerprintOf } from './link.ts';
import { isFit, newReceipt, replyIdentity, replyRecipient } from './receipt.ts';
import {
  MOST_SEALED,
  type Review,
  openReply,
  readReply,
  sealReply,
  writeNotes,
  writeReply,
} from './reply.ts';

const link = newIdentity();
const receipt = newReceipt();
const own = replyIdentity(receipt);
const fingerprint = fingerprintOf(recipientOf(link));
const review: Review = {
  submission: newSubmissionId(),
  written_at: 1_795_000_000,
  text: 'Well done',
  notes: [{ id: 'a', file: 0, at: 1200, text: 'Hips first', drawing: null, part: 0 }],
  parts: [{ type: 'audio/webm', bytes: new Uint8Array(90_000).fill(7) }],
};

const reads = (plain: ReturnType<typeof writeReply>) => readReply(plain, review.submission, own, fingerprint);

describe('a reply', () => {
  test('is opened by whoever holds the receipt', async () => {
    const file = await sealReply(review, link, replyRecipient(receipt));
    expect(await openReply(file, review.submission, own, fingerprint)).toEqual(review);
    const other = replyIdentity(newReceipt());
    await expect(openReply(file, review.submission, other, fingerprint)).rejects.toThrow('wrong-identity');
  });

  test('with any changed byte, or cut off anywhere, is refused', () => {
    const small = { ...review, parts: [{ type: 'audio/webm' as const, bytes: randomBytes(50) }] };
    const plain = writeReply(small, link, replyRecipient(receipt));
    expect(reads(plain)).toEqual(small);
    for (let at = 0; at < plain.length; at += at < 600 || at > 4000 ? 1 : 97) {
      const changed = plain.slice();
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(() => reads(changed), `byte ${String(at)}`).toThrow();
      expect(() => reads(plain.slice(0, at)), `up to ${String(at)}`).toThrow();
    }
  });

  test('of more than 32 MiB is not written, and not opened', async () => {
    const parts = [{ type: 'video/mp4' as const, bytes: new Uint8Array(MOST_SEALED) }];
    expect(() => writeReply({ ...review, parts }, link, replyRecipient(receipt))).toThrow('too-large');
    const huge = new Uint8Array(MOST_SEALED + 1);
    await expect(async () => openReply(huge, review.submission, own, fingerprint)).rejects.toThrow(
      'too-large',
    );
  });

  test('to a recipient of low order is not written', () => {
    const zero = 'age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq5cu47z';
    expect(() => writeReply(review, link, zero)).toThrow('shared-secret');
  });

  test('written at a time that no calendar has is neither written nor read', () => {
    const late = { ...review, written_at: LAST_TIME + 1 };
    expect(() => writeReply(late, link, replyRecipient(receipt))).toThrow('malformed');
    const plain = writeReply({ ...review, written_at: LAST_TIME }, link, replyRecipient(receipt));
    const [now, then] = [String(LAST_TIME), String(LAST_TIME + 1)].map((text) => [...utf8(text)]);
    const at = plain.findIndex((_, i) => now?.every((byte, n) => plain[i + n] === byte) ?? false);
    plain.set(then ?? [], at);
    expect(() => reads(plain)).toThrow('malformed');
  });

  test('of a note to a part that is not there is not written', () => {
    const notes = review.notes.map((note) => ({ ...note, part: 1 }));
    expect(() => writeNotes({ ...review, notes }, link)).toThrow('malformed');
  });
});

test('a receipt whose recipient begins with a zero byte is not taken', () => {
  let receipt = randomBytes(16);
  for (let n = 0; isFit(receipt); n++) {
    expect(n).toBeLessThan(5000);
    receipt = randomBytes(16);
  }
  expect(publicKeyOf(replyRecipient(receipt))[0]).toBe(0);
  expect(equal(replyIdentityBytes(newReceipt()), new Uint8Array(1))).toBe(false);
});

const replyIdentityBytes = (secret: Uint8Array) => publicKeyOf(replyRecipient(secret)).slice(0, 1);
