import { newFileKey } from '../age.ts';
import { concat, utf8 } from '../bytes.ts';
import { LINK_IDENTITY, LINK_RECIPIENT, bytesOf, text } from './sample.ts';

const ONE_STANZA = 98;

/** Headers as the server parses them; the MAC of those that were put together here is not a real one. */
export async function headerVectors() {
  const { header, key } = await newFileKey(LINK_RECIPIENT);
  const whole = new TextDecoder().decode(header);
  const intro = 'age-encryption.org/v1\n';
  const stanza = whole.slice(intro.length, intro.length + ONE_STANZA);
  const end = whole.slice(intro.length + ONE_STANZA);
  const grease = (type: string, body: number) =>
    `-> ${type} abc def\n${Buffer.from(bytesOf('grease', body))
      .toString('base64')
      .replaceAll('=', '')
      .replace(/(.{64})/g, '$1\n')}\n`;
  const built = (name: string, headerText: string, refused?: string) => ({
    name,
    header: text(utf8(headerText)),
    ...(refused === undefined ? { length: utf8(headerText).length } : { refused }),
  });
  const followed = concat(header, bytesOf('payload', 200));
  return {
    cases: [
      {
        name: 'of the browser',
        header: text(header),
        length: header.length,
        identity: LINK_IDENTITY,
        file_key: text(key),
      },
      {
        name: 'followed by a payload',
        header: text(followed),
        length: header.length,
        identity: LINK_IDENTITY,
        file_key: text(key),
      },
      built('with grease behind', intro + stanza + grease('a-grease', 40) + end),
      built('with grease before', intro + grease('x-grease', 0) + stanza + end),
      built('with grease of several lines', intro + stanza + grease('long-grease', 100) + end),
      built('with grease whose last line is full', intro + stanza + grease('full-grease', 96) + end),
      built('longer than 1024 bytes', intro + stanza + grease('big-grease', 800) + end, 'too-long'),
      built('with another stanza', intro + stanza + grease('scrypt', 32) + end, 'other-stanza'),
      built(
        'with a stanza that only sounds like grease',
        intro + stanza + grease('greasey', 32) + end,
        'other-stanza',
      ),
      built('with two recipients', intro + stanza + stanza + end, 'two-recipients'),
      built('with grease only', intro + grease('a-grease', 32) + end, 'no-recipient'),
      built('without a stanza', intro + end, 'malformed'),
      built('of another version', whole.replace('v1', 'v2'), 'malformed'),
      built('with carriage returns', whole.replaceAll('\n', '\r\n'), 'malformed'),
      built('with two spaces', whole.replace('X25519 ', 'X25519  '), 'malformed'),
      built('with padding in its MAC', `${whole.slice(0, -1)}=\n`, 'malformed'),
      built('without its MAC', whole.replace(/--- .*\n/, '---\n'), 'malformed'),
      built('cut off', whole.slice(0, -1), 'cut-off'),
      built('that is empty', '', 'cut-off'),
      built('that is something else', 'PK\u0003\u0004 not an age file\nat all\n', 'malformed'),
    ],
  };
}
