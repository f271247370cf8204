import { describe, expect, it } from 'vitest';
import { mailAddress, messageOf, smsAddress, wordsFor } from './draft.ts';

const URL = 'https://drop.example/u#1.abc_-';

describe('the message that goes with a link', () => {
  it('begins with the words of its template, with the trainer’s own when they were kept, with any for another', () => {
    expect(wordsFor('form-check', {}, 'Jo Meyer')).toMatch(/Jo Meyer here.*film your last heavy set/);
    expect(wordsFor('form-check', { 'form-check': 'Film, please' }, 'Jo')).toBe('Film, please');
    expect(wordsFor('own-1', {}, 'Jo')).toMatch(/send me a video/);
    for (const odd of ['toString', '__proto__', '']) expect(wordsFor(odd, {}, 'Jo')).toMatch(/^Hi, Jo here/);
  });

  it('ends with the link on a line of its own, whatever was written before it', () => {
    expect(messageOf('  ', 'Open until noon.', URL)).toBe(`Open until noon.\n\n${URL}`);
    expect(messageOf('Hi', 'Open.', URL).split('\n').at(-1)).toBe(URL);
  });

  it('arrives whole in the program that it opens: no sign of it ends the address or changes its meaning', () => {
    const odd = `50 % & more? #1 +49 ä “x”\n\n${URL}`;
    const sms = smsAddress(odd);
    expect(sms).toMatch(/^sms:\?&body=[^#&? ]+$/);
    expect(decodeURIComponent(sms.slice('sms:?&body='.length))).toBe(odd);
    const mail = new URLSearchParams(mailAddress('A & B?', odd).slice('mailto:?'.length));
    expect(mail.get('subject')).toBe('A & B?');
    expect(mail.get('body')).toBe(odd.replaceAll('\n', '\r\n'));
  });
});
