import { xchacha20poly1305 } from '@noble/ciphers/chacha.js';
import { concat, sha256, utf8 } from '../bytes.ts';
import type { Invitation } from '../invitation.ts';
import { EVERY_KIND } from './form.ts';
import { linkPage } from '../link.ts';
import { paddedLength } from '../padding.ts';
import { LINK, LINK_RECIPIENT, SECRET, bytesOf, recipientNamed, text } from './sample.ts';

export const INVITATION: Invitation = {
  v: 1,
  link: LINK,
  from: 'Mara Lind',
  greeting: 'Hello! Please film one set of squats from the side. Grüße 🌱',
  instructions: 'Phone upright, two metres away.',
  questions: [
    { id: 'injury', kind: 'yes-no', text: 'Any pain today?', help: '', required: true, choices: [] },
    {
      id: 'bodyweight',
      kind: 'number',
      text: 'Bodyweight in kg',
      help: 'roughly',
      required: false,
      choices: [],
    },
    {
      id: 'lift',
      kind: 'choice',
      text: 'Which lift?',
      help: '',
      required: true,
      choices: [
        { id: 'squat', text: 'Squat' },
        { id: 'bench', text: 'Bench press' },
      ],
    },
    { id: 'notes', kind: 'long', text: 'Anything else?', help: '', required: false, choices: [] },
  ],
  notice: 'Gone after seven days.',
  readers: ['Mara Lind'],
  retention: 604_800,
  closes_at: 1_795_000_000,
  uses: 1,
  max_files: 20,
  max_bytes: 4_294_967_296,
};

/** With a wish where both languages write it. */
function wishing(max_seconds: number) {
  const { retention, closes_at, uses, max_files, max_bytes, ...asked } = INVITATION;
  return { ...asked, max_seconds, retention, closes_at, uses, max_files, max_bytes };
}

/** Sealed without our writer's checks, so that a vector can be wrong inside. */
export function sealedText(json: string, length = paddedLength(utf8(json).length), nonceName = 'nonce') {
  const padded = new Uint8Array(length).fill(0x20);
  padded.set(utf8(json));
  const nonce = bytesOf(nonceName, 24);
  const aad = concat(utf8('dewdrop/v1/invitation'), sha256(utf8(LINK_RECIPIENT)));
  return concat(nonce, xchacha20poly1305(linkPage(SECRET), nonce, aad).encrypt(padded));
}

export function invitationVectors() {
  const key = { secret: text(SECRET), recipient: LINK_RECIPIENT };
  const json = JSON.stringify(INVITATION);
  const sealed = sealedText(json);
  const long = JSON.stringify({ ...INVITATION, instructions: 'x'.repeat(5000) });
  const altered = sealed.slice();
  altered[100] = (altered[100] ?? 0) ^ 1;
  const wrong = (name: string, wrongJson: string, refused: string, length?: number) => ({
    name,
    ...key,
    sealed: text(sealedText(wrongJson, length, name)),
    refused,
  });
  const without = (field: string) => JSON.stringify({ ...INVITATION, [field]: undefined });
  const good = (name: string, goodJson: string) => {
    const bytes = sealedText(goodJson);
    return {
      name,
      ...key,
      nonce: text(bytes.slice(0, 24)),
      json: goodJson,
      sealed: text(bytes),
      hash: text(sha256(bytes)),
    };
  };
  return {
    cases: [
      good('an ordinary invitation', json),
      good('one that fills more than 4096 bytes', long),
      good('one with a field that is not known', JSON.stringify({ ...INVITATION, later: { v: 2 } })),
      good(
        'one without questions and texts',
        JSON.stringify({ ...INVITATION, questions: [], greeting: '', notice: '' }),
      ),
      good('one that asks in every way', JSON.stringify({ ...INVITATION, questions: EVERY_KIND })),
      good('one that wishes for a minute', JSON.stringify(wishing(60))),
      wrong('one that wishes for no time', JSON.stringify(wishing(0)), 'malformed'),
      wrong('one that wishes for more than a day', JSON.stringify(wishing(86_401)), 'malformed'),
      {
        name: 'another recipient',
        secret: key.secret,
        recipient: recipientNamed('other'),
        sealed: text(sealed),
        refused: 'altered',
      },
      {
        name: 'another secret',
        secret: text(bytesOf('other secret', 16)),
        recipient: key.recipient,
        sealed: text(sealed),
        refused: 'altered',
      },
      { name: 'one bit altered', ...key, sealed: text(altered), refused: 'altered' },
      { name: 'cut off', ...key, sealed: text(sealed.slice(0, -1)), refused: 'altered' },
      { name: 'empty', ...key, sealed: '', refused: 'altered' },
      wrong('version 2', JSON.stringify({ ...INVITATION, v: 2 }), 'malformed'),
      wrong('a field twice', json.replace('{', '{"from":"Someone else",'), 'malformed'),
      wrong(
        'a field twice in a question',
        json.replace('{"id":"injury",', '{"id":"injury","id":"injury",'),
        'malformed',
      ),
      wrong('padding that is no power of two', json, 'malformed', 5000),
      wrong('no sender', without('from'), 'malformed'),
      wrong('no questions', without('questions'), 'malformed'),
      wrong('a question id in capitals', json.replace('"id":"injury"', '"id":"Injury"'), 'malformed'),
      wrong('a kind that is not known', json.replace('"kind":"yes-no"', '"kind":"oracle"'), 'malformed'),
      wrong('a negative limit', JSON.stringify({ ...INVITATION, max_files: -1 }), 'malformed'),
      wrong('a limit that is text', JSON.stringify({ ...INVITATION, uses: '1' }), 'malformed'),
    ],
  };
}
