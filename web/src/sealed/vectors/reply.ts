import { type Bytes, concat, hkdf, hmacSha256, sha256, utf8 } from '../bytes.ts';
import { recipientOf, scalarOf, sharedSecret } from '../identity.ts';
import { fingerprintOf } from '../link.ts';
import type { Note } from '../notes.ts';
import { padJson } from '../padding.ts';
import { replyIdentity, replyRecipient } from '../receipt.ts';
import { type Review, sealNotes, sealReply, writeNotes, writeReply } from '../reply.ts';
import { LINK_IDENTITY, LINK_RECIPIENT, bytesOf, idOf, identityNamed, text } from './sample.ts';

const SUBMISSION = idOf('submission');
const RECEIPT = bytesOf('receipt', 16);
const REPLY_TO = replyRecipient(RECEIPT);
const FINGERPRINT = text(fingerprintOf(LINK_RECIPIENT));
const VOICE = bytesOf('voice', 300);
const FILM = bytesOf('film', 700);

const NOTES: readonly Note[] = [
  {
    id: 'n1',
    file: 0,
    at: 12_400,
    text: 'Knees out, "slowly" – ü 🙂',
    drawing: {
      shapes: [
        { kind: 'line', colour: 0, points: [[0, 0], [10_000, 10_000]] }, // prettier-ignore
        { kind: 'arrow', colour: 1, points: [[1, 2], [3, 4]] }, // prettier-ignore
        { kind: 'circle', colour: 2, points: [[5000, 5000], [6000, 5000]] }, // prettier-ignore
        { kind: 'angle', colour: 3, points: [[1, 1], [2, 2], [3, 1]] }, // prettier-ignore
        { kind: 'pen', colour: 0, points: [[7, 7], [8, 9], [9, 7]] }, // prettier-ignore
      ],
    },
    part: 0,
  },
  { id: 'n2', file: null, at: null, text: '', drawing: null, part: null },
];

const REVIEW: Review = {
  submission: SUBMISSION,
  written_at: 1_795_000_100,
  text: 'Well done.\nTwo things.',
  notes: NOTES,
  parts: [
    { type: 'audio/webm', bytes: VOICE },
    { type: 'video/mp4', bytes: FILM },
  ],
};

const PARTS = [
  { type: 'audio/webm', size: 300, hash: text(sha256(VOICE)) },
  { type: 'video/mp4', size: 700, hash: text(sha256(FILM)) },
];

const replyKey = hkdf(sharedSecret(LINK_IDENTITY, REPLY_TO), 'dewdrop/v1/reply-tag');
const notesKey = hkdf(scalarOf(LINK_IDENTITY), 'dewdrop/v1/notes');

const STATED = {
  v: 1,
  kind: 'reply',
  submission: SUBMISSION,
  recipient: LINK_RECIPIENT,
  written_at: 1_795_000_100,
  text: 'Hello',
  notes: [] as readonly unknown[],
  parts: [] as readonly unknown[],
};

/** The plaintext with a right tag, whatever it says. */
function tagged(json: Bytes, key = replyKey, ...parts: readonly Bytes[]): Bytes {
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(json.length));
  const covered = concat(length, json);
  return concat(hmacSha256(key, covered), covered, ...parts);
}

const stating = (change: object, ...parts: readonly Bytes[]) =>
  tagged(padJson({ ...STATED, ...change }, 1 << 23), replyKey, ...parts);
const noting = (change: object) => stating({ notes: [{ ...NOTES[1], ...change }] });
const drawing = (shape: object) =>
  noting({
    drawing: { shapes: [{ kind: 'line', colour: 0, points: [[0, 0], [1, 1]], ...shape }] }, // prettier-ignore
  });
const parted = (change: object, ...parts: readonly Bytes[]) =>
  stating({ parts: [{ ...PARTS[0], ...change }] }, ...parts);

function flipped(bytes: Bytes, at: number): Bytes {
  const other = bytes.slice();
  other[at] = (other[at] ?? 0) ^ 1;
  return other;
}

export async function replyVectors() {
  const reply = writeReply(REVIEW, LINK_IDENTITY, REPLY_TO);
  const notes = writeNotes(REVIEW, LINK_IDENTITY);
  const { parts: _, ...said } = REVIEW;
  const review = { ...said, parts: [VOICE, FILM].map(text), types: PARTS.map(({ type }) => type) };
  const hello = { ...said, text: 'Hello', notes: [], parts: [], types: [] };
  const toSender = {
    receipt: text(RECEIPT),
    fingerprint: FINGERPRINT,
    submission: SUBMISSION,
  };
  const own = { identity: LINK_IDENTITY, submission: SUBMISSION };
  const good = { ...toSender, identity: LINK_IDENTITY };
  const plain = (name: string, bytes: Bytes, refused: string) => ({
    name,
    ...toSender,
    plain: text(bytes),
    refused,
  });
  const stranger = identityNamed('stranger');
  const forged = hkdf(sharedSecret(stranger, REPLY_TO), 'dewdrop/v1/reply-tag');
  const body = padJson(STATED, 1 << 23);
  return {
    receipts: [
      {
        name: 'the identity of a receipt',
        receipt: text(RECEIPT),
        identity: replyIdentity(RECEIPT),
        reply_to: REPLY_TO,
      },
    ],
    cases: [
      { name: 'a reply', ...good, plain: text(reply), review },
      {
        name: 'a reply, sealed',
        ...toSender,
        sealed: text(await sealReply(REVIEW, LINK_IDENTITY, REPLY_TO)),
        review,
      },
      { name: 'notes', ...own, plain: text(notes), review },
      { name: 'notes, sealed', ...own, sealed: text(await sealNotes(REVIEW, LINK_IDENTITY)), review },
      { name: 'a field that is not known', ...toSender, plain: text(stating({ later: [1] })), review: hello },
      plain('notes for a reply', notes, 'tag'),
      { name: 'a reply for notes', ...own, plain: text(reply), refused: 'tag' },
      plain('notes under the key of a reply', stating({ kind: 'notes' }), 'malformed'),
      {
        name: 'a reply under the key of notes',
        ...own,
        plain: text(tagged(body, notesKey)),
        refused: 'malformed',
      },
      plain('a tag of someone else', tagged(body, forged), 'tag'),
      plain('a changed tag', flipped(reply, 3), 'tag'),
      plain('a changed letter', flipped(reply, reply.indexOf(utf8('W')[0] ?? 0, 40)), 'tag'),
      plain('another recipient', stating({ recipient: recipientOf(stranger) }), 'recipient'),
      plain('another submission', stating({ submission: idOf('other') }), 'submission'),
      { name: 'a reply to another receipt', ...good, receipt: text(bytesOf('other receipt', 16)), plain: text(reply), refused: 'tag' }, // prettier-ignore
      { name: 'a fingerprint of another link', ...toSender, fingerprint: text(fingerprintOf(recipientOf(stranger))), plain: text(reply), refused: 'recipient' }, // prettier-ignore
      { name: 'notes of another link', ...own, identity: stranger, plain: text(notes), refused: 'recipient' },
      plain('nothing', new Uint8Array(0), 'malformed'),
      plain('a beginning', reply.slice(0, 39), 'malformed'),
      plain('half the JSON', reply.slice(0, 2000), 'malformed'),
      plain('JSON of more than 4 MiB', concat(new Uint8Array(32), new Uint8Array([0, 0, 0, 0, 0, 64, 0, 1])), 'too-large'), // prettier-ignore
      plain('JSON without padding', tagged(utf8(JSON.stringify(STATED))), 'malformed'),
      plain('another version', stating({ v: 2 }), 'malformed'),
      plain('another kind', stating({ kind: 'letter' }), 'malformed'),
      plain('a last part cut off', reply.slice(0, -1), 'parts'),
      plain('a part left out', reply.slice(0, -700), 'parts'),
      plain('a byte after the last part', concat(reply, utf8('x')), 'parts'),
      plain('a changed part', flipped(reply, reply.length - 1), 'parts'),
      plain('parts in another order', stating({ parts: PARTS }, FILM, VOICE), 'parts'),
      plain('a part of nothing', parted({ size: 0 }), 'malformed'),
      plain('a part that is a page', parted({ type: 'text/html' }, VOICE), 'malformed'),
      plain('a part with parameters', parted({ type: 'audio/webm;codecs=opus' }, VOICE), 'malformed'),
      plain('twenty-one parts', stating({ parts: Array.from({ length: 21 }, () => PARTS[0]) }), 'malformed'),
      plain('an id in capitals', noting({ id: 'N1' }), 'malformed'),
      plain('no id', noting({ id: '' }), 'malformed'),
      plain('an id twice', stating({ notes: [NOTES[1], NOTES[1]] }), 'malformed'),
      plain('file 256', noting({ file: 256 }), 'malformed'),
      plain('a moment after a day', noting({ at: 86_400_001 }), 'malformed'),
      plain('a moment between two', noting({ at: 1.5 }), 'malformed'),
      plain('a note with a part that is not there', noting({ part: 0 }), 'malformed'),
      plain('a text of 4001 characters', noting({ text: 'x'.repeat(4001) }), 'malformed'),
      { name: 'a text of 4000 large characters', ...toSender, plain: text(stating({ text: '🙂'.repeat(4000) })), review: { ...hello, text: '🙂'.repeat(4000) } }, // prettier-ignore
      plain('half a character', stating({ text: '\ud800' }), 'malformed'),
      plain(
        '201 notes',
        stating({ notes: Array.from({ length: 201 }, (_, n) => ({ ...NOTES[1], id: `n${String(n)}` })) }),
        'malformed',
      ),
      plain('a shape that is not known', drawing({ kind: 'square' }), 'malformed'),
      plain('a fifth colour', drawing({ colour: 4 }), 'malformed'),
      plain('a line of three points', drawing({ points: [[0, 0], [1, 1], [2, 2]] }), 'malformed'), // prettier-ignore
      plain('a point outside the picture', drawing({ points: [[0, 0], [10_001, 0]] }), 'malformed'), // prettier-ignore
      plain('a point of one number', drawing({ points: [[0, 0], [1]] }), 'malformed'), // prettier-ignore
      plain('a pen that is nowhere', drawing({ kind: 'pen', points: [] }), 'malformed'),
      { name: 'a reply sealed to another receipt', ...toSender, sealed: text(await sealReply(REVIEW, LINK_IDENTITY, recipientOf(stranger))), refused: 'wrong-identity' }, // prettier-ignore
    ],
  };
}
