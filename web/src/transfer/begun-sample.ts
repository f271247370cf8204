/** A delivery that was begun, for tests. */
import { randomBytes } from '../sealed/bytes.ts';
import { newLinkId, newSubmissionId } from '../sealed/ids.ts';
import type { Begun } from './begun.ts';

export function begunSample(wish: Partial<Begun> = {}): Begun {
  return {
    terms: {
      link: newLinkId(),
      recipient: 'age1…',
      invitation: 'hash',
      max_files: 3,
      max_bytes: 2 ** 32,
      answers: { injury: false, places: ['knee', 'hip'], pain: 3 },
      consent: { text: 'Yes', at: 9 },
      sender: 'Jonas',
    },
    secret: randomBytes(16),
    submission: newSubmissionId(),
    receipt: randomBytes(16),
    begun_at: 1_700_000_000,
    nextNumber: 3,
    files: [
      {
        n: 2,
        head: 'hash',
        length: 300,
        size: 100,
        name: 'squat.mp4',
        type: 'video/mp4',
        modified: null,
        question: 'film',
        from: 65_736,
      },
    ],
    manifest: randomBytes(40),
    kept: true,
    sent: 200,
    proven: false,
    ...wish,
  };
}
