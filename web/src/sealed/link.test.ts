import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { randomBytes } from './bytes.ts';
import { LinkError } from './errors.ts';
import { checkFingerprint, fingerprintOf, formatFragment, formatLink, newLink, parseLink } from './link.ts';

const RECIPIENT = 'age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj';
const parts = newLink(RECIPIENT);
const fragment = formatFragment(parts);
const link = formatLink('https://drop.example', parts);

function reasonOf(text: string): string {
  try {
    parseLink(text);
  } catch (error) {
    if (error instanceof LinkError) return error.reason;
  }
  return 'accepted';
}

describe('a link', () => {
  test.each([
    ['as it was made', link],
    ['as a bare fragment', fragment],
    ['with the hash of location.hash', `#${fragment}`],
    ['with %23 for the hash', link.replace('#', '%23')],
    ['with %23 encoded once more', link.replace('#', '%2523')],
    ['with the point encoded', link.replace(`.${fragment.slice(23)}`, `%2E${fragment.slice(23)}`)],
    ['inside angle brackets', `<${link}>`],
    ['at the end of a sentence', `${link}.`],
    ['in brackets, followed by a comma', `(${link}),`],
    ['in quotation marks', `“${link}”`],
    ['with white space around it', `\n  ${link}\t`],
    ['with a tracker behind it', `${link}?utm_source=mail`],
    ['doubled', link + link],
    ['doubled with a space between', `${link} ${link}`],
    ['doubled, the second cut off', link + link.slice(0, -5)],
    ['doubled as fragments', `#${fragment}#${fragment}`],
  ])('%s is read', (_name, text) => {
    expect(parseLink(text)).toEqual(parts);
  });

  test.each([
    ['nothing', '', 'missing'],
    ['no fragment', 'https://drop.example/u#', 'missing'],
    ['the secret only', link.slice(0, -23), 'cut-off'],
    ['one character less', link.slice(0, -1), 'cut-off'],
    ['a secret that lacks a character', `#${fragment.slice(1)}`, 'malformed'],
    ['two different links', `${link} ${formatLink('https://drop.example', newLink(RECIPIENT))}`, 'malformed'],
    ['a third part', `${fragment}.abc`, 'malformed'],
    ['a part that is too long', `${fragment}a`, 'malformed'],
    ['a foreign letter', `#ä${fragment.slice(1)}`, 'malformed'],
  ])('%s is refused as it should be', (_name, text, reason) => {
    expect(reasonOf(text)).toBe(reason);
  });

  test('spare bits that are not zero are refused', () => {
    const zeros = `${'A'.repeat(22)}.${'A'.repeat(22)}`;
    expect(reasonOf(zeros)).toBe('accepted');
    expect(reasonOf(zeros.slice(0, -1) + 'B')).toBe('malformed');
  });

  test('any secret and fingerprint survive being written and read', () => {
    const part = () => fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => new Uint8Array(bytes));
    fc.assert(
      fc.property(part(), part(), (secret, fingerprint) => {
        expect(parseLink(formatLink('http://127.0.0.1:8080', { secret, fingerprint }))).toEqual({
          secret,
          fingerprint,
        });
      }),
    );
  });

  test('any text is read or refused with a reason', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(['missing', 'cut-off', 'malformed', 'accepted']).toContain(reasonOf(text));
      }),
    );
  });
});

describe('a fingerprint', () => {
  test('of another recipient is refused', () => {
    expect(() => {
      checkFingerprint({ secret: parts.secret, fingerprint: randomBytes(16) }, RECIPIENT);
    }).toThrow('wrong-fingerprint');
    checkFingerprint(parts, RECIPIENT);
  });

  test('is not made of a recipient in capitals', () => {
    expect(() => fingerprintOf(RECIPIENT.toUpperCase())).toThrow('recipient');
  });
});
