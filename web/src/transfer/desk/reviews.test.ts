/** The trainer's notes and replies, against an honest server and one that swaps, replays and alters. */
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { SubmissionId } from '../../sealed/ids.ts';
import { replyIdentity } from '../../sealed/receipt.ts';
import { type Review, openReply } from '../../sealed/reply.ts';
import { Problem } from '../../api/problem.ts';
import type { Said } from '../desk.ts';
import { Reviews } from './reviews.ts';
import { Submissions } from './submissions.ts';
import { account, begins, film, honest, links, makeAndSend, reasonOf, sent, server } from './scene.ts';

beforeAll(begins, 30_000);
beforeEach(honest);

const SAID: Said = {
  text: 'Well done',
  notes: [{ id: 'a', file: 0, at: 1200, text: 'Hips first', drawing: null, part: 0 }],
};
const VOICE = new Blob([new Uint8Array(70_000).fill(3)], { type: 'audio/webm;codecs=opus' });

async function scene() {
  const submissions = new Submissions(server.api, account, links);
  const reviews = new Reviews(server.api, submissions, () => 77);
  const { detail } = await makeAndSend(film(1000));
  await submissions.open(detail.id);
  return { reviews, submissions, id: detail.id };
}

function stored(id: SubmissionId) {
  const found = server.submissions.get(id);
  if (found === undefined) throw new Error('nothing is stored');
  return found;
}

/** The sender opens what the server has for him. */
function opens(id: SubmissionId): Promise<Review> {
  const receipt = sent.get(id);
  const reply = stored(id).reply;
  if (receipt === undefined || reply === null) throw new Error('no reply');
  return openReply(reply, id, replyIdentity(receipt.secret), receipt.fingerprint);
}

describe('a reply', () => {
  test('reaches the sender who sent, and nobody else', async () => {
    const { reviews, id } = await scene();
    await reviews.putReply(id, SAID, [VOICE]);
    const review = await opens(id);
    expect(review).toMatchObject({ ...SAID, submission: id, written_at: 77 });
    expect(review.parts.map(({ type, bytes }) => [type, bytes.length])).toEqual([['audio/webm', 70_000]]);
    const other = await scene();
    stored(other.id).reply = stored(id).reply;
    expect(await reasonOf(opens(other.id))).toBe('age wrong-identity');
    await reviews.eraseReply(id);
    expect(stored(id).reply).toBeNull();
  });

  test('is not written where nobody opened, to nobody, or of a kind that no browser plays', async () => {
    const { reviews, id } = await scene();
    const unopened = new Reviews(server.api, new Submissions(server.api, account, links), () => 1);
    expect(await reasonOf(unopened.putReply(id, SAID, []))).toBe('not-opened');
    const lone = { reviewed: () => ({ identity: replyIdentity(new Uint8Array(16)), replyTo: null }) };
    const nobody = new Reviews(server.api, lone, () => 1);
    expect(await reasonOf(nobody.putReply(id, SAID, []))).toBe('reply no-address');
    const page = new Blob(['<html>'], { type: 'text/html' });
    expect(await reasonOf(reviews.putReply(id, SAID, [page]))).toBe('reply malformed');
    expect(stored(id).reply).toBeNull();
  });
});

describe('notes', () => {
  test('are read as they were written, and replaced by who has read them', async () => {
    const { reviews, id } = await scene();
    expect(await reviews.notes(id)).toBeNull();
    const first = await reviews.putNotes(id, SAID, [VOICE], null);
    const read = await reviews.notes(id);
    expect(read).toMatchObject({ ...SAID, written_at: 77, etag: first });
    expect(read?.parts.map(({ type, size }) => [type, size])).toEqual([['audio/webm', 70_000]]);
    await expect(reviews.putNotes(id, SAID, [VOICE], null)).rejects.toThrow('notes-changed');
    const said = { text: 'Other', notes: [] };
    const next = await reviews.putNotes(id, said, [], first);
    await expect(reviews.putNotes(id, SAID, [VOICE], first)).rejects.toThrow('notes-changed');
    expect(await reviews.notes(id)).toMatchObject({ ...said, etag: next, parts: [] });
    await reviews.eraseNotes(id);
    expect(await reviews.notes(id)).toBeNull();
  });

  test('of another submission, altered ones, or a reply in their place, are refused', async () => {
    const { reviews, submissions, id } = await scene();
    await reviews.putNotes(id, SAID, [VOICE], null);
    const { notes } = stored(id);
    if (notes === null) throw new Error('no notes');
    const changed = notes.sealed.slice();
    changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1;
    stored(id).notes = { ...notes, sealed: changed };
    expect(await reasonOf(reviews.notes(id))).toBe('stream altered');
    const other = await makeAndSend(film(9));
    await submissions.open(other.detail.id);
    stored(other.detail.id).notes = notes;
    expect(await reasonOf(reviews.notes(other.detail.id))).toBe('age wrong-identity');
    await reviews.putReply(id, SAID, [VOICE]);
    stored(id).notes = { ...notes, sealed: stored(id).reply ?? changed };
    expect(await reasonOf(reviews.notes(id))).toBe('age wrong-identity');
  });

  test('that can not be asked for are not taken for none', async () => {
    const { reviews, id } = await scene();
    server.before = () => {
      throw new Problem('unreachable', 0);
    };
    await expect(reviews.notes(id)).rejects.toThrow('unreachable');
  });
});
