/** A server that lies: each lie is refused in plain words, and nothing is sent, shown or saved. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { LinkRecord, OpenLink, SubmissionDetail, SubmissionRecord } from '../../web/src/api/types.ts';
import { desk as words, stops } from '../../web/src/text/en.ts';
import { Between } from './world/between.ts';
import { shortFilm } from './world/film.ts';
import { looksRight } from './world/looks.ts';
import type { Phone } from './world/phone.ts';
import { JO, type Trainer } from './world/trainer.ts';
import { until } from './world/until.ts';
import { World } from './world/world.ts';

interface Submissions {
  submissions: SubmissionRecord[];
}
interface Links {
  links: LinkRecord[];
}

const CHUNK = 65_552;
/** More than the desk asks of a file to check its head. */
const HEAD = 2_000;
let world: World;
let between: Between;

beforeAll(async () => {
  world = await World.begins();
  between = await Between.stands(world.server.url);
  const owner = await world.desktop(between.url);
  await owner.setsUp(world.server.setUpAddress.replace(world.server.url, between.url));
  await owner.page.context().close();
});
afterAll(async () => {
  await world.ends();
  await between.leaves();
});
afterEach(() => {
  between.isHonest();
  expect(world.watch.troubles).toEqual([]);
});

describe('to someone who sends', () => {
  let phone: Phone;
  let link: string;
  let other: OpenLink;

  beforeAll(async () => {
    const trainer = await world.desktop(between.url);
    await trainer.signsIn();
    link = await trainer.makesLink({ label: 'Ben' });
    other = await says(await trainer.makesLink({ label: 'Another', greeting: 'Another greeting' }));
    await trainer.page.context().close();
  });
  beforeEach(async () => {
    phone = await world.phone();
  });
  afterEach(() => phone.page.context().close());

  /** What the server says about a link. */
  async function says(url: string): Promise<OpenLink> {
    const visitor = await world.phone();
    const [heard] = await Promise.all([visitor.page.waitForResponse(/\/api\/link$/), visitor.opens(url)]);
    const said = (await heard.json()) as OpenLink;
    await visitor.page.context().close();
    return said;
  }

  async function isWarned(title: string): Promise<void> {
    await phone.opens(link);
    await phone.heading(title).waitFor();
    expect(await phone.page.locator('body').innerText()).not.toContain(JO.display);
    expect(await phone.page.getByRole('button').count()).toBe(0);
    expect(between.asked.filter((asked) => !asked.startsWith('GET '))).toEqual([]);
  }
  beforeEach(() => void between.asked.splice(0));

  test('another recipient is not the one that the link names', async () => {
    between.rewrites<OpenLink>(/GET \/api\/link$/, (said) => ({ ...said, recipient: other.recipient }));
    await isWarned(stops['wrong-fingerprint'].title);
    await looksRight(phone, 'stop-wrong-fingerprint');
  });

  test('another link altogether is not the one that the link names', async () => {
    between.rewrites<OpenLink>(/GET \/api\/link$/, () => other);
    await isWarned(stops['wrong-fingerprint'].title);
  });

  test('an invitation of another link does not open', async () => {
    between.rewrites<OpenLink>(/GET \/api\/link$/, (said) => ({ ...said, invitation: other.invitation }));
    await isWarned(stops.altered.title);
    await looksRight(phone, 'stop-altered');
  });

  test('an invitation with one bit turned does not open', async () => {
    between.rewrites<OpenLink>(/GET \/api\/link$/, (said) => {
      const bytes = Buffer.from(said.invitation, 'base64url');
      bytes[100] = (bytes[100] ?? 0) ^ 1;
      return { ...said, invitation: bytes.toString('base64url') };
    });
    await isWarned(stops.altered.title);
  });

  test('another id is not that of the invitation', async () => {
    between.rewrites<OpenLink>(/GET \/api\/link$/, (said) => ({ ...said, link: other.link }));
    await isWarned(stops.altered.title);
  });

  const limits = { retention: 3600, closes_at: 2_000_000_000, uses: 5, max_files: 1, max_bytes: 1 << 20 };
  for (const [name, value] of Object.entries(limits)) {
    test(`${name} that differs from the invitation is named`, async () => {
      between.rewrites<OpenLink>(/GET \/api\/link$/, (said) => ({ ...said, [name]: value }));
      await isWarned(stops['limits-differ'].title);
    });
  }
});

describe('to the trainer', () => {
  const [ANNA, BEN] = ['Anna, first', 'Ben, second'];
  const ids: Record<string, string> = {};
  let trainer: Trainer;
  const earlier: Record<string, Buffer> = {};

  beforeAll(async () => {
    trainer = await world.desktop(between.url);
    await trainer.signsIn();
    for (const label of [ANNA, BEN]) {
      const link = await trainer.makesLink({ label });
      between.asked.splice(0);
      await sends(link, label);
      await trainer.received(label).waitFor();
      ids[label] =
        between.asked.find((asked) => asked.startsWith('PUT /api/submissions/'))?.split('/')[3] ?? '';
    }
  });

  /** Once begun, reloaded and begun again: so that there is a manifest that was replaced. */
  async function sends(link: string, label: string): Promise<void> {
    const phone = await world.phone();
    const manifests = between.hears(/PUT .*manifest/);
    await phone.opens(link);
    await phone.starts();
    await phone.answersFormCheck(`Squats of ${label}`);
    await phone.hasNoRoom();
    const held = between.holds(/PATCH/);
    await fillsAndSends();
    await held.came;
    await phone.reloads();
    held.cut();
    between.isHonest();
    await fillsAndSends();
    await phone.hasArrived();
    expect(manifests).toHaveLength(2);
    // Picked again after the reload: sealed anew, under the next number of the same submission.
    expect(new Set(between.asked.filter((asked) => asked.startsWith('PUT /api/submissions/'))).size).toBe(1);
    earlier[label] = manifests[0] ?? Buffer.alloc(0);
    await phone.page.context().close();

    async function fillsAndSends(): Promise<void> {
      await phone.picks(shortFilm());
      await phone.agrees();
      await phone.sends();
    }
  }

  /** Comes to a desk whose server lies from the beginning; the passphrase is all it takes. */
  async function comesBack(): Promise<void> {
    between.asked.splice(0);
    await trainer.comesToTheDesk();
    await trainer.unlocks();
    await trainer.isOpen();
  }
  const manifest = (label: string) => new RegExp(`GET /api/submissions/${ids[label]}/manifest`);
  const film = (label: string) => new RegExp(`GET /api/submissions/${ids[label]}/files/1`);
  const saved = () => between.asked.filter((asked) => asked.endsWith('/saved'));
  const detail = () => new RegExp(`GET /api/submissions/${ids[ANNA]}$`);

  async function refusesAnna(why: keyof typeof words.refused.why): Promise<void> {
    await comesBack();
    await trainer.received(words.lists.refused).getByRole('button').click();
    await trainer.heading(words.refused.title).waitFor();
    await trainer.page.getByText(words.refused.why[why]).waitFor();
    const shown = await trainer.page.locator('body').innerText();
    expect(shown).not.toContain('Squats of Anna');
    expect(shown).not.toContain(ANNA);
    expect(await trainer.page.getByRole('button', { name: /Save|Watch|Show/ }).count()).toBe(0);
    expect(saved()).toEqual([]);
  }

  test('a label taken from another link is refused', async () => {
    const swap = <Row extends { card: string; id: string }>(rows: Row[]): Row[] => {
      const cards = rows.map(({ card }) => card).reverse();
      return rows.map((row, at) => ({ ...row, card: cards[at] ?? row.card }));
    };
    between.rewrites<Submissions>(/GET \/api\/submissions$/, ({ submissions }) => ({
      submissions: swap(submissions),
    }));
    between.rewrites<Links>(/GET \/api\/links$/, ({ links }) => ({ links: swap(links) }));
    await comesBack();
    await trainer.received(words.lists.refused).first().waitFor();
    expect(await trainer.received(words.lists.refused).count()).toBe(2);
    expect(await trainer.page.locator('main').innerText()).not.toMatch(/Anna|Ben/);
    await looksRight(trainer, 'desk-30-refused-rows');
  });

  test('a card that nobody of this desk wrote is refused', async () => {
    between.rewrites<Submissions>(/GET \/api\/submissions$/, ({ submissions }) => ({
      submissions: submissions.map((row) => ({
        ...row,
        card: row.id === ids[ANNA] ? Buffer.from('age-encryption.org/v1\n').toString('base64url') : row.card,
      })),
    }));
    await refusesAnna('card');
  });

  test('a proof that was not made with the link is refused', async () => {
    between.rewrites<SubmissionDetail>(detail(), (said) => ({
      ...said,
      proof: Buffer.alloc(32, 7).toString('base64url'),
    }));
    await refusesAnna('proof');
    await looksRight(trainer, 'desk-31-refused');
  });

  test('an invitation that was not the one answered is refused', async () => {
    const { invitation } = (await trainer.asks(`/api/submissions/${ids[BEN]}`)) as SubmissionDetail;
    between.rewrites<SubmissionDetail>(detail(), (said) => ({ ...said, invitation }));
    await refusesAnna('invitation');
  });

  test('a manifest of another submission is refused', async () => {
    const sealed = await bytesOf(`/api/submissions/${ids[BEN]}/manifest`);
    between.bends(manifest(ANNA), () => sealed);
    await refusesAnna('manifest');
  });

  test('a manifest that its sender had replaced is refused', async () => {
    between.bends(manifest(ANNA), () => earlier[ANNA] ?? Buffer.alloc(0));
    await refusesAnna('proof');
  });

  test('another submission in the place of this one is refused', async () => {
    const ben = (await trainer.asks(`/api/submissions/${ids[BEN]}`)) as SubmissionDetail;
    const sealed = await bytesOf(`/api/submissions/${ids[BEN]}/manifest`);
    const { id, link, received_at } = ben;
    expect([id, link, received_at > 0]).toEqual([ids[BEN], ben.link, true]);
    between.rewrites<SubmissionDetail>(detail(), () => ({ ...ben, id: ids[ANNA] }));
    between.bends(manifest(ANNA), () => sealed);
    await refusesAnna('proof');
  });

  test('a file that was left out is missed', async () => {
    between.rewrites<SubmissionDetail>(detail(), (said) => ({ ...said, files: {} }));
    await refusesAnna('files');
  });

  test('a file that was put in is seen', async () => {
    between.rewrites<SubmissionDetail>(detail(), (said) => ({
      ...said,
      files: { ...said.files, '7': { size: 1000, offset: 1000, saved_at: null } },
    }));
    await refusesAnna('files');
  });

  test('a file of another submission is refused', async () => {
    const film = await bytesOf(`/api/submissions/${ids[BEN]}/files/1`);
    between.bends(/GET .*\/files\/1$/, (body, asked) =>
      asked.includes(ids[ANNA] ?? '') ? film.subarray(0, body.length) : body,
    );
    await refusesAnna('files');
  });

  const lies: Record<string, (film: Buffer) => Buffer> = {
    'one turned bit': (film) => {
      const bent = Buffer.from(film);
      bent[bent.length - 100] = (bent[bent.length - 100] ?? 0) ^ 1;
      return bent;
    },
    'two chunks in each other’s place': (film) => {
      const begin = film.length - Math.floor((film.length - 200) / CHUNK) * CHUNK;
      const [a, b] = [film.subarray(begin, begin + CHUNK), film.subarray(begin + CHUNK, begin + 2 * CHUNK)];
      return Buffer.concat([film.subarray(0, begin), b, a, film.subarray(begin + 2 * CHUNK)]);
    },
    'another file behind the right head': (film) =>
      Buffer.concat([film.subarray(0, 400), Buffer.alloc(film.length - 400, 5)]),
  };
  for (const [name, lie] of Object.entries(lies)) {
    test(`a film with ${name} is not shown and not saved`, async () => {
      // The head is asked for alone and stays honest; only the whole film is bent.
      between.bends(film(ANNA), (body) => (body.length > HEAD ? lie(body) : body));
      await comesBack();
      let downloads = 0;
      trainer.page.on('download', () => (downloads += 1));
      await trainer.opens(ANNA);
      await trainer.file('short.mp4').getByText(words.submission.trouble.altered).waitFor();
      expect(await trainer.page.locator('video').count()).toBe(0);
      expect(await trainer.page.getByRole('button', { name: /Save$|Watch/ }).count()).toBe(0);
      expect([downloads, saved(), await trainer.keptInBrowser()]).toEqual([0, [], []]);
    });
  }
  test('what the altered film looks like', () => looksRight(trainer, 'desk-32-altered-file'));

  test('a film said to be a chunk shorter is refused', async () => {
    between.rewrites<SubmissionDetail>(detail(), (said) => ({
      ...said,
      files: Object.fromEntries(
        Object.entries(said.files).map(([n, file]) => [n, { ...file, size: file.size - CHUNK }]),
      ),
    }));
    between.relabels(film(ANNA), 'content-range', (range) =>
      range.replace(/\d+$/, (size) => String(Number(size) - CHUNK)),
    );
    await refusesAnna('files');
  });

  test('a server that contradicts itself opens nothing, and the desk says so', async () => {
    between.relabels(film(ANNA), 'content-range', (range) => range.replace(/\d+$/, '1'));
    await comesBack();
    await trainer.received(ANNA).getByRole('button').click();
    await trainer.page.getByText(words.submission.trouble.failed).waitFor();
    await looksRight(trainer, 'desk-33-not-opened');
    between.isHonest();
    await trainer.page.getByRole('button', { name: words.again }).click();
    expect((await trainer.watches('short.mp4')).duration).toBeGreaterThan(1);
  });

  test('a film that ends too early is neither shown nor saved until the rest has come', async () => {
    between.bends(film(ANNA), (body) =>
      body.length > HEAD ? body.subarray(0, Math.max(0, body.length - CHUNK)) : body,
    );
    await comesBack();
    await trainer.received(ANNA).getByRole('button').click();
    await until('it asked again', () => between.asked.filter((asked) => film(ANNA).test(asked)).length > 4);
    expect([await trainer.page.locator('video').count(), saved()]).toEqual([0, []]);
    between.isHonest();
    expect((await trainer.watches('short.mp4')).duration).toBeGreaterThan(1);
  });

  test('once the server is honest again, all of it opens', async () => {
    await comesBack();
    await trainer.opens(ANNA);
    expect((await trainer.watches('short.mp4')).duration).toBeGreaterThan(1);
  });

  async function bytesOf(path: string): Promise<Buffer> {
    const text = await trainer.page.evaluate(async (path) => {
      const bytes = new Uint8Array(await (await fetch(path)).arrayBuffer());
      return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
    }, path);
    return Buffer.from(text, 'latin1');
  }
});
