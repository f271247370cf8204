/** The desk against an honest server, and against one that swaps, drops, replays, cuts and alters. */
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Bytes, equal, randomBytes, toBase64url } from '../../sealed/bytes.ts';
import { sealInvitation } from '../../sealed/invitation.ts';
import { parseLink } from '../../sealed/link.ts';
import { type StoredSubmission } from './fake-desk-server.ts';
import { Submissions } from './submissions.ts';

import {
  DRAFT,
  server,
  account,
  links,
  begins,
  honest,
  film,
  makeAndSend,
  reasonOf,
  saves,
  NONE,
} from './scene.ts';

beforeAll(begins, 30_000);
beforeEach(honest);

describe('a submission', () => {
  test('opens with its names, and its files to the same bytes', async () => {
    const files = [film(9 * 2 ** 20 + 3), film(0), film(65_536)];
    const { detail } = await makeAndSend(...files);
    const submissions = new Submissions(server.api, account, links);
    expect((await submissions.list()).sound.find(({ record }) => record.id === detail.id)?.label).toBe(
      'Jonas, squats',
    );
    const opened = await submissions.open(detail.id);
    expect(opened).toMatchObject({
      label: 'Jonas, squats',
      manifest: { sender: 'Jonas' },
      invitation: { greeting: 'Hello Jonas' },
    });
    for (const [i, file] of files.entries()) {
      expect(equal(await saves(submissions, detail.id, i), new Uint8Array(await file.arrayBuffer()))).toBe(
        true,
      );
    }
  }, 20_000);

  test('from a phone whose clock was wrong is sent, without that time', async () => {
    const late = new File(['x'], 'late.mp4', { lastModified: 8.64e15 });
    const { detail } = await makeAndSend(late, new File(['y'], 'soon.mp4', { lastModified: 5999 }));
    const { manifest } = await new Submissions(server.api, account, links).open(detail.id);
    expect(manifest.files.map(({ modified }) => modified)).toEqual([null, 5]);
  }, 20_000);

  const refusals: [string, (own: StoredSubmission, other: StoredSubmission) => void, string | RegExp][] = [
    ['with another proof', (own) => void (own.detail.proof = toBase64url(randomBytes(32))), 'manifest proof'],
    [
      'with the proof of another',
      (own, other) => void (own.detail.proof = other.detail.proof),
      'manifest proof',
    ],
    [
      'with an earlier manifest',
      (own, other) => void (own.manifest = other.manifest),
      /^(manifest proof|age wrong-identity)$/,
    ],
    ['with a card of another link', (own, other) => void (own.detail.card = other.detail.card), 'card link'],
    [
      'that is said to belong to another link',
      (own, other) => void (own.detail.link = other.detail.link),
      'card link',
    ],
    [
      'with another invitation of the same link',
      (own) => void (own.detail.invitation = sealedAgain(own)),
      'manifest invitation',
    ],
    ['that lacks a file', (own) => void (own.detail.files = only(own, 0)), 'manifest files'],
    [
      'with a file more',
      (own) =>
        void (own.detail.files = { ...own.detail.files, 9: { size: 400, offset: 400, saved_at: null } }),
      'manifest files',
    ],
    [
      'whose files were swapped',
      (own) =>
        void (own.files = new Map([
          [0, own.files.get(1) ?? NONE],
          [1, own.files.get(0) ?? NONE],
        ])),
      /^manifest (head|size)$/,
    ],
    [
      'with a file of another submission',
      (own, other) => void own.files.set(0, other.files.get(0) ?? NONE),
      'manifest head',
    ],
    [
      'whose file is said to be shorter',
      (own) => void (own.detail.files = resized(own, -65_552)),
      /^manifest size$/,
    ],
    [
      'whose file is said to be longer',
      (own) => void (own.detail.files = resized(own, 65_552)),
      /^manifest size$/,
    ],
  ];
  test.each(refusals)('%s is refused', async (_name, act, reason) => {
    const own = await makeAndSend(film(3 * 65_536), film(3 * 65_536, 11));
    const other = await makeAndSend(film(3 * 65_536, 13));
    act(own, other);
    const submissions = new Submissions(server.api, account, links);
    expect(await reasonOf(submissions.open(own.detail.id))).toMatch(reason);
    expect(submissions.file(own.detail.id, 0)).toBeNull();
  });

  test('answered for another id is refused', async () => {
    const own = await makeAndSend(film(10));
    const other = await makeAndSend(film(10));
    server.submissions.set(own.detail.id, other);
    expect(await reasonOf(new Submissions(server.api, account, links).open(own.detail.id))).toBe(
      'manifest submission',
    );
  });
});

function sealedAgain(own: StoredSubmission): string {
  const record = server.links.get(own.detail.link);
  if (record === undefined) throw new Error('no link');
  const { label: _label, template: _template, ...asked } = DRAFT;
  const card = cardSecrets.get(record.recipient);
  if (card === undefined) throw new Error('no card');
  const invitation = {
    v: 1 as const,
    link: record.id,
    from: 'Mara Lind',
    readers: [],
    ...asked,
    max_seconds: 60,
  };
  return toBase64url(sealInvitation(invitation, card, record.recipient));
}

/** The secret of each link made here, as its maker knows it. */
const cardSecrets = new Map<string, Bytes>();
const makeLink = links.make.bind(links);
links.make = async (draft, origin) => {
  const made = await makeLink(draft, origin);
  cardSecrets.set(server.links.get(made.id)?.recipient ?? '', parseLink(made.url).secret);
  return made;
};

function only(own: StoredSubmission, n: number): StoredSubmission['detail']['files'] {
  return Object.fromEntries(Object.entries(own.detail.files).filter(([name]) => name === String(n)));
}

function resized(own: StoredSubmission, by: number): StoredSubmission['detail']['files'] {
  const size = (own.files.get(0)?.length ?? 0) + by;
  return { ...own.detail.files, 0: { size, offset: size, saved_at: null } };
}
