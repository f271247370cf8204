import { describe, expect, it } from 'vitest';
import { Problem } from '../../api/problem.ts';
import { ReplyError } from '../../sealed/errors.ts';
import type { SubmissionId } from '../../sealed/ids.ts';
import { MOST_TEXT, type Note } from '../../sealed/notes.ts';
import { review as words } from '../../text/review.ts';
import type { OpenedNotes } from '../../transfer/desk.ts';
import { keptWords } from './kept.ts';
import { merged, NOTHING_WRITTEN, type Recording } from './merge.ts';
import { Review, type ReviewDesk } from './review.svelte.ts';

const ID = 'AAAAAAAAAAAAAAAAAAAAAA' as SubmissionId;
const note = (id: string, text = id, file = 0) => ({ id, file, at: 40, text, drawing: null, part: null });
const sound = new Blob(['a word'], { type: 'audio/webm' });

/** A server that keeps one version of the notes and the last reply. */
function server() {
  type Kept = Omit<OpenedNotes, 'etag' | 'written_at'>;
  const kept = { review: null as Kept | null, version: 0, reply: null as Kept | null, puts: 0 };
  let fault: Problem | null = null;
  const desk: ReviewDesk = {
    notes: async () => (kept.review ? { ...kept.review, written_at: 1, etag: String(kept.version) } : null),
    putNotes: async (_id, said, parts, etag) => {
      kept.puts += 1;
      if (fault) throw fault;
      if (etag !== (kept.review ? String(kept.version) : null)) throw new Problem('notes-changed', 412);
      kept.review = { ...said, parts };
      return String(++kept.version);
    },
    eraseNotes: async () => {
      if (fault) throw fault;
      kept.review = null;
    },
    putReply: async (_id, said, parts) => {
      if (fault) throw fault;
      kept.reply = { ...said, parts };
    },
    eraseReply: async () => void (kept.reply = null),
  };
  return { desk, kept, fails: (with_: Problem | null) => void (fault = with_) };
}

function at(desk: ReviewDesk) {
  const waiting: { ms: number; then: () => void }[] = [];
  const busy = new Set<unknown>();
  const host = {
    later: (ms: number, then: () => void) => {
      const one = { ms, then };
      waiting.push(one);
      return () => void (waiting.includes(one) && waiting.splice(waiting.indexOf(one), 1));
    },
  };
  return { review: new Review(desk, ID, busy, host), waiting, busy };
}

async function opened(desk: ReviewDesk) {
  const all = at(desk);
  await all.review.load();
  return all;
}

describe('what is written about a submission', () => {
  it('is kept once the writing rests, and the desk does not lock before', async () => {
    const { desk, kept } = server();
    const { review, waiting, busy } = await opened(desk);
    review.write('Kn');
    review.write('Knees out.');
    expect([review.keeping, busy.size, waiting.length, kept.puts]).toEqual(['to-keep', 1, 1, 0]);
    await review.keep();
    expect([review.keeping, busy.size, kept.review?.text]).toEqual(['kept', 0, 'Knees out.']);
  });

  it('is there again when the submission is opened again', async () => {
    const { desk } = server();
    const first = await opened(desk);
    first.review.setNotesOf(2, [note('a', 'deeper')]);
    await first.review.add(sound);
    await first.review.keep();
    const second = await opened(desk);
    expect(second.review.notes).toEqual([note('a', 'deeper', 2)]);
    expect(second.review.notesOf(2)).toEqual([{ id: 'a', at: 40, text: 'deeper', drawing: null }]);
    expect(await second.review.recordings[0]?.blob.text()).toBe('a word');
    expect(second.review.keeping).toBe('kept');
  });

  it('on two desks at once holds both', async () => {
    const { desk, kept } = server();
    const [here, there] = [await opened(desk), await opened(desk)];
    here.review.setNotesOf(0, [note('a')]);
    there.review.setNotesOf(0, [note('b')]);
    there.review.write('Good set.');
    await here.review.keep();
    await there.review.keep();
    expect(kept.review?.notes.map(({ id }) => id).sort()).toEqual(['a', 'b']);
    expect(kept.review?.text).toBe('Good set.');
    expect(there.review.notesOf(0)).toHaveLength(2);
  });

  it('on another desk is here as soon as the lists tell of it', async () => {
    const { desk, kept } = server();
    const [here, there] = [await opened(desk), await opened(desk)];
    there.review.setNotesOf(0, [note('a', 'deeper')]);
    await there.review.keep();
    await here.review.hears(kept.version);
    expect(here.review.notesOf(0).map(({ text }) => text)).toEqual(['deeper']);
    expect([here.review.keeping, here.waiting.length, kept.puts]).toEqual(['kept', 0, 1]);
    await desk.putNotes(ID, NOTHING_WRITTEN, [], '1');
    await here.review.hears(kept.version);
    expect(here.review.isEmpty).toBe(true);
  });

  it('here is not lost to what another desk wrote meanwhile', async () => {
    const { desk, kept } = server();
    const [here, there] = [await opened(desk), await opened(desk)];
    there.review.setNotesOf(0, [note('a')]);
    await there.review.keep();
    here.review.write('Half a sen');
    await here.review.hears(kept.version);
    expect([here.review.text, here.review.keeping]).toEqual(['Half a sen', 'to-keep']);
    await here.review.keep();
    expect([kept.review?.text, kept.review?.notes.length]).toEqual(['Half a sen', 1]);
  });

  it('is asked for only when the lists tell of what is not known here', async () => {
    const { desk, kept } = server();
    let asked = 0;
    const counted = { ...desk, notes: async (id: SubmissionId) => ((asked += 1), desk.notes(id)) };
    const { review } = await opened(counted);
    await review.hears(null);
    review.write('Knees out.');
    await review.keep();
    await review.keep();
    for (const version of [kept.version, kept.version - 1]) await review.hears(version);
    expect(asked).toBe(1);
  });

  it('on another desk is asked for again after a fault', async () => {
    const { desk, kept } = server();
    let fault = true;
    const { review, waiting } = await opened({
      ...desk,
      notes: async (id) => {
        if (kept.version > 0 && fault) throw new Problem('unreachable', 0);
        return desk.notes(id);
      },
    });
    await desk.putNotes(ID, { text: 'Slower.', notes: [] }, [], null);
    await review.hears(1);
    expect([review.text, waiting.map(({ ms }) => ms)]).toEqual(['', [5_000]]);
    fault = false;
    waiting[0]?.then();
    await expect.poll(() => review.text).toBe('Slower.');
  });

  it('is said to be kept only where there is something', async () => {
    const { desk } = server();
    const { review } = await opened(desk);
    expect(keptWords(review, false)).toBe('');
    review.write('Knees out.');
    expect(keptWords(review, false)).toBe(words.keeping['to-keep']);
    await review.keep();
    expect(keptWords(review, false)).toContain(words.private);
    expect(keptWords(review, true)).toBe(words.keeping.kept);
    review.write('');
    await review.keep();
    expect(keptWords(review, false)).toBe('');
  });

  it('is tried again after a fault, and nothing of it is lost', async () => {
    const { desk, kept, fails } = server();
    const { review, waiting, busy } = await opened(desk);
    fails(new Problem('unreachable', 0));
    review.write('Slower.');
    await review.keep();
    expect([review.keeping, busy.size, waiting.at(-1)?.ms]).toEqual(['failed', 1, 5_000]);
    fails(null);
    await review.keep();
    expect([review.keeping, kept.review?.text]).toEqual(['kept', 'Slower.']);
  });

  it('about what is gone is not tried for ever', async () => {
    const { desk, fails } = server();
    const { review, busy, waiting } = await opened(desk);
    review.write('Slower.');
    const before = waiting.length;
    fails(new Problem('not-available', 404));
    await review.keep();
    expect([review.keeping, busy.size, waiting.length]).toEqual(['gone', 0, before - 1]);
  });

  it('in a terminal about a whole film stays when one of its moments changes', async () => {
    const { desk } = server();
    const { review } = await opened(desk);
    await desk.putNotes(ID, { text: '', notes: [{ ...note('w'), at: null }, note('m')] }, [], null);
    await review.load();
    review.setNotesOf(0, []);
    expect(review.notes.map(({ id }) => id)).toEqual(['w']);
  });

  it('longer than a text may be is cut between characters', async () => {
    const { desk } = server();
    const { review } = await opened(desk);
    review.write('💧'.repeat(MOST_TEXT + 5));
    expect(Array.from(review.text)).toHaveLength(MOST_TEXT);
  });
});

describe('notes that are not believed', () => {
  const forged = new ReplyError('tag');

  /** What the server has is a forgery until it is erased. */
  function forging() {
    const { desk, kept, fails } = server();
    let isForged = true;
    const forger: ReviewDesk = {
      ...desk,
      notes: async (id) => {
        if (isForged) throw forged;
        return desk.notes(id);
      },
      putNotes: async (id, said, parts, etag) => {
        if (isForged) throw new Problem('notes-changed', 412);
        return desk.putNotes(id, said, parts, etag);
      },
      eraseNotes: async (id) => {
        await desk.eraseNotes(id);
        isForged = false;
      },
    };
    return { forger, kept, fails, forges: (now: boolean) => void (isForged = now) };
  }

  it('are refused as such, and end where one starts anew', async () => {
    const { forger, kept } = forging();
    const { review } = await opened(forger);
    expect([review.loaded, review.isEmpty]).toEqual(['refused', true]);
    await review.startAnew();
    expect([review.loaded, review.restarting, kept.puts]).toEqual(['yes', 'no', 0]);
    review.write('Knees out.');
    await review.send();
    expect([review.keeping, review.sending, kept.reply?.text]).toEqual(['kept', 'sent', 'Knees out.']);
  });

  it('take nothing with them of what was being written', async () => {
    const { forger, kept, forges } = forging();
    forges(false);
    const { review } = await opened(forger);
    review.write('Knees out.');
    forges(true);
    await review.keep();
    expect(review.loaded).toBe('refused');
    await review.startAnew();
    expect([review.loaded, review.keeping, kept.review?.text]).toEqual(['yes', 'kept', 'Knees out.']);
  });

  it('that the lists tell of are refused too', async () => {
    const { forger, forges } = forging();
    forges(false);
    const { review, waiting } = await opened(forger);
    forges(true);
    await review.hears(7);
    expect([review.loaded, waiting.length]).toEqual(['refused', 0]);
  });

  it('stay refused where they can not be erased, and are tried again', async () => {
    const { forger, fails } = forging();
    const { review } = await opened(forger);
    fails(new Problem('unreachable', 0));
    await review.startAnew();
    expect([review.loaded, review.restarting]).toEqual(['refused', 'failed']);
    fails(null);
    await review.startAnew();
    expect(review.loaded).toBe('yes');
  });

  it('are not told from a fault that passes', async () => {
    const { forger } = forging();
    const { review } = await opened({
      ...forger,
      notes: async () => Promise.reject(new Problem('unreachable', 0)),
    });
    expect(review.loaded).toBe('failed');
  });
});

describe('a reply', () => {
  it('is what was written when it was sent', async () => {
    const { desk, kept } = server();
    const { review } = await opened(desk);
    review.write('Good.');
    await review.send();
    expect([review.sending, kept.reply?.text, review.sinceSent]).toEqual(['sent', 'Good.', 'same']);
    review.write('Very good.');
    expect([kept.reply?.text, review.sinceSent]).toEqual(['Good.', 'newer']);
  });

  it('that is taken back is gone, and what was written stays', async () => {
    const { desk, kept } = server();
    const { review } = await opened(desk);
    review.write('Good.');
    await review.send();
    await review.takeBack();
    expect([kept.reply, review.sending, review.sinceSent, review.text]).toEqual([
      null,
      'no',
      'unknown',
      'Good.',
    ]);
  });

  it.each([
    [507, 'no-room'],
    [404, 'gone'],
    [500, 'failed'],
  ] as const)('answered with %i is said to be %s', async (status, said) => {
    const { desk, fails } = server();
    const { review } = await opened(desk);
    fails(new Problem('not-available', status));
    await review.send();
    expect(review.sending).toBe(said);
  });
});

describe('two versions', () => {
  const spoken = { key: 'k', blob: sound };
  const written = (text: string, notes: Note[], recordings: Recording[] = []) => ({
    text,
    notes,
    recordings,
  });

  it('lose what either took away', () => {
    const base = written('', [note('a'), note('b'), note('c')], [spoken]);
    const both = merged(
      base,
      written('', [note('a'), note('b')], [spoken]),
      written('', [note('b'), note('c')]),
    );
    expect(both).toEqual(written('', [note('b')]));
  });

  it('take over a note that only the other changed, and keep the own where both did', () => {
    const base = written('', [note('a'), note('b')]);
    const own = written('', [note('a', 'own'), note('b')]);
    const other = written('', [note('a', 'other'), note('b', 'other')]);
    expect(merged(base, own, other).notes.map(({ text }) => text)).toEqual(['own', 'other']);
  });

  it('keep both texts where both wrote', () => {
    const other = { ...NOTHING_WRITTEN, text: 'other' };
    expect(merged(NOTHING_WRITTEN, { ...NOTHING_WRITTEN, text: 'own' }, other).text).toBe('other\n\nown');
  });
});
