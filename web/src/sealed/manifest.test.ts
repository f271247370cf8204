/** What a sender may have written, and what makes a manifest malformed. */
import { describe, expect, test } from 'vitest';
import { sealTo } from './age.ts';
import type { Manifest } from './answers.ts';
import { toBase64url } from './bytes.ts';
import { newIdentity, recipientOf } from './identity.ts';
import { newLinkId, newSubmissionId } from './ids.ts';
import { LAST_TIME } from './json.ts';
import { openManifest, sealManifest } from './manifest.ts';
import { padJson } from './padding.ts';

const link = newIdentity();
const hash = toBase64url(new Uint8Array(32));
const file = { n: 0, head: hash, size: 9, name: 'a.mp4', type: '', modified: LAST_TIME, question: null };
const manifest: Manifest = {
  v: 1,
  link: newLinkId(),
  submission: newSubmissionId(),
  invitation: hash,
  sent_at: LAST_TIME,
  files: [file],
  answers: { how: 'well' },
  consent: { text: 'Yes', at: LAST_TIME },
  sender: '',
  reply_to: null,
};

/** As someone writes it who keeps to nothing. */
const sends = async (changed: object): Promise<Manifest> =>
  openManifest(await sealTo(recipientOf(link), padJson({ ...manifest, ...changed }, 2 ** 16)), link);

describe('a manifest', () => {
  test('has times up to the end of the year 9999', async () => {
    expect(await sends({})).toEqual(manifest);
    expect(await openManifest(await sealManifest(manifest, recipientOf(link)), link)).toEqual(manifest);
  });

  test('keeps what it holds when an answer is none', async () => {
    const answers = { how: 'well', why: { a: [1] }, days: ['mon', 2], none: null, many: ['mon'] };
    const read = await sends({ answers });
    expect(read.answers).toEqual({ how: 'well', why: null, days: null, none: null, many: ['mon'] });
    expect(read.files).toEqual(manifest.files);
  });

  test.each([
    ['sent', { sent_at: LAST_TIME + 1 }],
    ['agreed to', { consent: { text: 'Yes', at: Number.MAX_SAFE_INTEGER } }],
    ['filmed', { files: [{ ...file, modified: LAST_TIME + 1 }] }],
    ['sent before 1970', { sent_at: -1 }],
  ])('%s at a time that no calendar has is malformed', async (_, changed) => {
    await expect(sends(changed)).rejects.toThrow('malformed');
  });
});
