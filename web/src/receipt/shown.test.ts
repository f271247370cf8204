/** What another wrote is shown without the marks that would turn it around, and without controls. */
import { render } from 'svelte/server';
import { expect, test } from 'vitest';
import type { Receipt } from '../api/types.ts';
import Reply from './Reply.svelte';

const TURNED = 'Pay \u202e001\u2066 \u200fnow\u0007';

test('a reply and its notes do not turn the words around them', () => {
  const note = { id: 'a', file: 0, at: 40, text: `${TURNED}!`, drawing: null, part: null };
  const reply = { written_at: 5, text: TURNED, notes: [note], parts: [] };
  const { body } = render(Reply, { props: { reply, receipt: { files: {} } as Receipt, now: 9 } });
  expect(body).toContain('Pay 001 now\ufffd');
  expect(body).toContain('Pay 001 now\ufffd!');
  expect(body).not.toMatch(/[\u202a-\u202e\u2066-\u2069\u200e\u200f\u0007]/);
});
