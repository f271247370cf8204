import { expect, test } from 'vitest';
import type { OpenLink } from '../api/types.ts';
import { toBase64url } from '../sealed/bytes.ts';
import { newLinkId } from '../sealed/ids.ts';
import { type Invitation, sealInvitation } from '../sealed/invitation.ts';
import { newLink } from '../sealed/link.ts';
import { open } from './opening.ts';

const RECIPIENT = `age1${'q'.repeat(58)}`;
const OTHER = `age1${'p'.repeat(58)}`;
const limits = { retention: 604800, closes_at: 1_800_000_000, uses: 1, max_files: 3, max_bytes: 1_000_000 };

function served() {
  const parts = newLink(RECIPIENT);
  const invitation: Invitation = {
    v: 1,
    link: newLinkId(),
    from: 'Anna',
    greeting: '',
    instructions: '',
    questions: [],
    notice: '',
    readers: ['Anna'],
    ...limits,
  };
  const sealed = toBase64url(sealInvitation(invitation, parts.secret, RECIPIENT));
  const link: OpenLink = {
    ...limits,
    link: invitation.link,
    recipient: RECIPIENT,
    invitation: sealed,
    state: 'open',
  };
  return { parts, invitation, link };
}
const answers = (link: OpenLink) => () => Promise.resolve(link);

test('a genuine link shows its invitation', async () => {
  const { parts, invitation, link } = served();
  expect((await open(parts, answers(link))).invitation).toEqual(invitation);
});

test('another recipient is refused before anything is opened', async () => {
  const { parts, link } = served();
  await expect(open(parts, answers({ ...link, recipient: OTHER }))).rejects.toThrow('wrong-fingerprint');
});

test('limits that the invitation does not name are refused', async () => {
  const { parts, link } = served();
  await expect(open(parts, answers({ ...link, retention: 3600 }))).rejects.toThrow('limits-differ');
});

test('the invitation of another link is refused', async () => {
  const { parts, link } = served();
  await expect(open(parts, answers({ ...link, invitation: served().link.invitation }))).rejects.toThrow(
    'altered',
  );
  await expect(open(parts, answers({ ...link, link: newLinkId() }))).rejects.toThrow('other-link');
});
