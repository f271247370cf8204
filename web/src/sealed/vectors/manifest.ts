import { sealTo } from '../age.ts';
import type { Manifest } from '../answers.ts';
import { sha256, utf8 } from '../bytes.ts';
import { LAST_TIME } from '../json.ts';
import { proofOf } from '../manifest.ts';
import { paddedLength } from '../padding.ts';
import { INVITATION, sealedText } from './invitation.ts';
import {
  LINK,
  LINK_IDENTITY,
  LINK_RECIPIENT,
  SECRET,
  bytesOf,
  idOf,
  recipientNamed,
  text,
} from './sample.ts';

const EVERY_ANSWER = { lift: 'squat', days: ['mon', 'fri'], born: '1990-04-01', effort: 7, pain: true };

const SUBMISSION = idOf('submission');

async function sealed(json: string, length = paddedLength(utf8(json).length)) {
  const padded = new Uint8Array(length).fill(0x20);
  padded.set(utf8(json));
  return sealTo(LINK_RECIPIENT, padded);
}

function manifestFor(sealedInvitation: Uint8Array): Manifest {
  return {
    v: 1,
    link: LINK,
    submission: SUBMISSION,
    invitation: text(sha256(sealedInvitation)),
    sent_at: 1_794_000_000,
    files: [
      {
        n: 0,
        head: text(bytesOf('head 0', 32)),
        size: 200_000_000,
        name: 'squat.mp4',
        type: 'video/mp4',
        modified: 1_793_999_000,
        question: null,
      },
      {
        n: 2,
        head: text(bytesOf('head 2', 32)),
        size: 0,
        name: '../\u202egpj.exe',
        type: '',
        modified: null,
        question: 'notes',
      },
    ],
    answers: { injury: false, bodyweight: 81.5, lift: 'squat', notes: 'Knie zwickt ein wenig 🙂' },
    consent: { text: 'I agree that Mara Lind watches this.', at: 1_793_999_999 },
    sender: 'Jonas',
    reply_to: null,
  };
}

export async function manifestVectors() {
  const invitation = sealedText(JSON.stringify(INVITATION));
  const manifest = manifestFor(invitation);
  const key = {
    identity: LINK_IDENTITY,
    secret: text(SECRET),
    link: LINK,
    submission: SUBMISSION,
    invitation: text(invitation),
  };

  /** A delivery as a server hands it over; `json` is what was sealed, `proof` is right unless another is given. */
  const delivery = async (name: string, json: string, change: object = {}) => {
    const bytes = await sealed(json);
    const proof = text(proofOf(SECRET, SUBMISSION, bytes));
    return {
      name,
      ...key,
      numbers: [0, 2],
      sealed: text(bytes),
      hash: text(sha256(bytes)),
      proof,
      ...change,
    };
  };
  const json = JSON.stringify(manifest);
  const other = (change: Partial<Record<keyof Manifest, unknown>>) =>
    JSON.stringify({ ...manifest, ...change });
  return {
    cases: [
      { ...(await delivery('an ordinary delivery', json)), json },
      {
        ...(await delivery(
          'without files, answers, consent',
          other({ files: [], answers: {}, consent: null }),
          { numbers: [] },
        )),
        json: other({ files: [], answers: {}, consent: null }),
      },
      {
        ...(await delivery('with a reply address', other({ reply_to: recipientNamed('reply') }))),
        json: other({ reply_to: recipientNamed('reply') }),
      },
      await delivery('a proof of something else', json, {
        proof: text(bytesOf('proof', 32)),
        refused: 'proof',
      }),
      await delivery('a proof by another secret', json, {
        secret: text(bytesOf('other secret', 16)),
        refused: 'proof',
      }),
      await delivery('another link', other({ link: idOf('other link') }), { refused: 'link' }),
      await delivery('another submission', other({ submission: idOf('other submission') }), {
        refused: 'submission',
      }),
      await delivery('another invitation', other({ invitation: text(bytesOf('x', 32)) }), {
        refused: 'invitation',
      }),
      await delivery('a file that the server lacks', json, { numbers: [0], refused: 'files' }),
      await delivery('a file more at the server', json, { numbers: [0, 1, 2], refused: 'files' }),
      await delivery('another file at the server', json, { numbers: [0, 1], refused: 'files' }),
      await delivery('a file number twice', other({ files: [manifest.files[0], manifest.files[0]] }), {
        refused: 'malformed',
      }),
      await delivery('a file number over 255', other({ files: [{ ...manifest.files[0], n: 256 }] }), {
        refused: 'malformed',
      }),
      await delivery(
        'a head that is too short',
        other({ files: [{ ...manifest.files[0], head: text(bytesOf('h', 31)) }] }),
        { refused: 'malformed' },
      ),
      {
        ...(await delivery('with answers of every shape', other({ answers: EVERY_ANSWER }))),
        json: other({ answers: EVERY_ANSWER }),
      },
      await delivery('sent in the year 10000', other({ sent_at: LAST_TIME + 1 }), { refused: 'malformed' }),
      await delivery('agreed to in the year 10000', other({ consent: { text: 'Yes', at: LAST_TIME + 1 } }), {
        refused: 'malformed',
      }),
      await delivery(
        'filmed in the year 10000',
        other({ files: [{ ...manifest.files[0], modified: LAST_TIME + 1 }] }),
        { refused: 'malformed' },
      ),
      await delivery('version 2', other({ v: 2 }), { refused: 'malformed' }),
      await delivery('a field twice', json.replace('{', '{"sender":"x",'), { refused: 'malformed' }),
      await delivery('a recipient in capitals', other({ reply_to: recipientNamed('reply').toUpperCase() }), {
        refused: 'malformed',
      }),
    ],
  };
}
