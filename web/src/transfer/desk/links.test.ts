import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Problem } from '../../api/problem.ts';
import { randomBytes, toBase64url } from '../../sealed/bytes.ts';
import { recipientOf, newIdentity } from '../../sealed/identity.ts';
import { sealCard } from '../../sealed/card.ts';

import { ORIGIN, DRAFT, server, account, links, begins, honest } from './scene.ts';

beforeAll(begins, 30_000);
beforeEach(honest);

describe('a link', () => {
  test('is listed with its label and the address it was made with', async () => {
    const { id, url } = await links.make(DRAFT, ORIGIN);
    const listed = (await links.list(ORIGIN)).sound.find(({ record }) => record.id === id);
    expect(listed).toMatchObject({
      label: 'Jonas, squats',
      url,
      refusal: null,
      invitation: { greeting: 'Hello Jonas' },
    });
  });

  test('is made once when the answer was lost', async () => {
    let lost = 1;
    server.before = (call) => {
      if (call === 'put link' && lost-- > 0) throw new Problem('unreachable', 0);
    };
    const { id } = await links.make(DRAFT, ORIGIN);
    expect(server.links.has(id)).toBe(true);
  });

  const hostile: [string, (first: string, second: string) => void, string][] = [
    ['whose card was swapped for another link’s', (a, b) => swap(a, b, 'card'), 'card link'],
    ['whose invitation was swapped', (a, b) => swap(a, b, 'invitation'), 'invitation altered'],
    ['whose recipient was changed', (a) => set(a, 'recipient', recipientOf(newIdentity())), 'card link'],
    ['whose retention was changed', (a) => set(a, 'retention', 3600), 'card link'],
    ['whose limit was changed', (a) => set(a, 'max_bytes', 5), 'invitation limits-differ'],
    ['whose card is noise', (a) => set(a, 'card', 'AAAA'), 'header malformed'],
  ];
  test.each(hostile)('%s is refused', async (_name, act, reason) => {
    const [a, b] = [await links.make(DRAFT, ORIGIN), await links.make({ ...DRAFT, label: 'B' }, ORIGIN)];
    act(a.id, b.id);
    const listed = (await links.list(ORIGIN)).sound.find(({ record }) => record.id === a.id);
    expect(listed?.label).toBeNull();
    expect(`${listed?.refusal?.format ?? ''} ${listed?.refusal?.reason ?? ''}`).toMatch(
      reason === 'header malformed' ? /^header (cut-off|malformed)$/ : reason,
    );
    server.links.clear();
  });

  test('whose card the server made itself is refused', async () => {
    const made = await links.make(DRAFT, ORIGIN);
    const eve = newIdentity();
    const forged = {
      link: made.id,
      label: 'forged',
      secret: randomBytes(16),
      identity: eve,
      retention: 1,
      uses: 1,
      closes_at: 1,
      template: '',
    };
    set(made.id, 'card', toBase64url(await sealCard(forged, eve, account.described().recipient)));
    expect((await links.list(ORIGIN)).sound.find(({ record }) => record.id === made.id)?.refusal).toEqual({
      format: 'card',
      reason: 'maker',
    });
    server.links.clear();
  });
});

function set(id: string, field: string, value: unknown): void {
  Object.assign([...server.links.values()].find((link) => link.id === id) ?? {}, { [field]: value });
}

function swap(a: string, b: string, field: 'card' | 'invitation'): void {
  const other = [...server.links.values()].find((link) => link.id === b);
  set(a, field, other?.[field]);
}
