import { expect, it } from 'vitest';
import { desk as words } from '../text/en.ts';
import { moment } from '../ui/when.ts';
import { agreementOf } from './agreement.ts';

const AT = 1_700_000_000;
const NOTICE = 'He may film me.\nUntil May.';
const when = moment(AT, 0);
const { agreed } = words.submission;
const of = (notice: string, text: string | null) =>
  agreementOf({ notice }, { consent: text === null ? null : { text, at: AT } }, 0);

it('is told with its words when they are those that were asked', () => {
  expect(of(NOTICE, NOTICE)).toEqual({ heading: agreed.yes(when), text: NOTICE, asAsked: true });
});

it.each([NOTICE.replace('May.', 'June.'), `${NOTICE} `, NOTICE.replace('\n', ' '), ''])(
  'to other words than were asked is told as that: %j',
  (text) => {
    expect(of(NOTICE, text)).toEqual({ heading: agreed.other(when), text: text.trim(), asAsked: false });
  },
);

it('to words that nobody asked for is told as that', () => {
  expect(of('', 'I was paid.')).toMatchObject({ heading: agreed.unasked(when), asAsked: false });
});

it('that was asked for and not given is missed', () => {
  expect(of(NOTICE, null)).toEqual({ heading: agreed.not, text: NOTICE, asAsked: false });
  expect(of('', null)).toBeNull();
  expect(of(' \u200e', null)).toBeNull();
});

it('loses marks that turn the reading direction', () => {
  expect(of(NOTICE, 'not \u202edeerga\u202c')?.text).toBe('not deerga');
});
