import { expect, it } from 'vitest';
import type { Manifest } from '../sealed/answers.ts';
import type { Invitation } from '../sealed/invitation.ts';
import { desk as words } from '../text/en.ts';
import { zipWish } from './zip.ts';

const EVIL = '<img src=x onerror="alert(1)">&\'';
const NOTICE = `Agree \u202e${EVIL}`;
const question = { id: 'how', kind: 'long', text: `How ${EVIL}?`, help: '', required: false, choices: [] };
const told = {
  label: EVIL,
  receivedAt: 1_700_000_100,
  erasesAt: 1_700_604_900,
  arrived: 'Tuesday',
  invitation: { questions: [question], notice: NOTICE } as unknown as Invitation,
  manifest: {
    submission: 'BwcHBwcHBwcHBwcHBwcHBw',
    link: 'CAgICAgICAgICAgICAgICA',
    sender: EVIL,
    sent_at: 1_700_000_000,
    answers: { how: `Like </dd><script>${EVIL}` },
    consent: { text: NOTICE, at: 1_700_000_000 },
    files: [
      { n: 3, name: '../a', type: 'text/plain', size: 9, question: 'how' },
      { n: 4, name: 'b.mp4', type: 'video/mp4', size: 9, question: null },
    ],
  } as unknown as Manifest,
};
const file = (n: number, name: string) => ({ n, name, size: 9, type: '', question: null, savedAt: null });

it('holds each file under a name of its own, also one that is called as the answers are', () => {
  const { files, texts } = zipWish([file(3, 'Answers.html'), file(4, 'b.mp4')], told);
  expect(texts.map(({ name }) => name)).toEqual(['answers.html', 'answers.json']);
  expect(files).toEqual([
    { n: 3, name: 'Answers (2).html' },
    { n: 4, name: 'b.mp4' },
  ]);
});

it('holds a page in which nothing that was sent is more than text, and which loads nothing', () => {
  const page = zipWish([file(3, 'a')], told).texts[0]?.text ?? '';
  expect(page).not.toMatch(/<(img|script)/);
  expect(page.match(/&lt;img src=x onerror=&quot;alert\(1\)&quot;&gt;&amp;&#39;/g)?.length).toBe(6);
  expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
  expect(page).not.toMatch(/[\u202a-\u202e]/);
  expect(page).not.toMatch(/https?:|src=(?!x)|href/);
});

// The same as of `dewdrop fetch`, in docs/fetch.md and tests/api/terminal/story.rs.
it('holds the answers as data too, each beside its question and in words', () => {
  const data: unknown = JSON.parse(zipWish([file(3, 'a')], told).texts[1]?.text ?? '');
  const answer = told.manifest.answers['how'];
  expect(data).toEqual({
    submission: 'BwcHBwcHBwcHBwcHBwcHBw',
    link: 'CAgICAgICAgICAgICAgICA',
    label: EVIL,
    sender: EVIL,
    sent_at: 1_700_000_000,
    received_at: 1_700_000_100,
    erases_at: 1_700_604_900,
    notice: NOTICE,
    consent: told.manifest.consent,
    answers: [{ id: 'how', question: question.text, kind: 'long', answer, text: answer }],
    files: [
      { n: 3, name: '../a', type: 'text/plain', size: 9, path: 'a', question: 'how', asked: question.text },
    ],
  });
});

it('leaves out what was not answered, and has no words for what is no answer', () => {
  const answers = (given: object): unknown => {
    const manifest = { ...told.manifest, answers: given } as Manifest;
    const all = JSON.parse(zipWish([], { ...told, manifest }).texts[1]?.text ?? '') as { answers: unknown };
    return all.answers;
  };
  expect(answers({})).toEqual([]);
  expect(answers({ how: null })).toMatchObject([{ answer: null, text: null }]);
});

it('holds what was agreed to, and says when that is not what was asked', () => {
  const page = (changed: object) => {
    const manifest = { ...told.manifest, ...changed };
    return zipWish([], { ...told, manifest }).texts[0]?.text ?? '';
  };
  expect(page({})).toContain('Agreed Tuesday 14 November 2023');
  expect(page({})).not.toContain('other words');
  expect(page({ consent: { text: 'What I like', at: 1_700_000_000 } })).toContain('but to other words');
  expect(page({ consent: null })).toContain(words.submission.agreed.not);
});
