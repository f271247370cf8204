import {
  bearerHash,
  fingerprintOf,
  formatFragment,
  formatLink,
  formatReceipt,
  linkAuth,
  linkPage,
  linkSender,
  receiptAuth,
} from '../link.ts';
import { LINK_RECIPIENT, SECRET, bytesOf, recipientNamed, text } from './sample.ts';

const HOST = 'https://drop.example';

function derived(name: string, secret: Uint8Array<ArrayBuffer>, recipient: string) {
  const parts = { secret, fingerprint: fingerprintOf(recipient) };
  return {
    name,
    secret: text(secret),
    recipient,
    fingerprint: text(parts.fingerprint),
    link: formatLink(HOST, parts),
    receipt: formatReceipt(HOST, parts),
    link_auth: text(linkAuth(secret)),
    auth_hash: bearerHash(linkAuth(secret)),
    link_page: text(linkPage(secret)),
    link_sender: text(linkSender(secret)),
    receipt_auth: text(receiptAuth(secret)),
    receipt_hash: bearerHash(receiptAuth(secret)),
  };
}

export function linkVectors() {
  const parts = { secret: SECRET, fingerprint: fingerprintOf(LINK_RECIPIENT) };
  const link = formatLink(HOST, parts);
  const fragment = formatFragment(parts);
  const read = { secret: text(parts.secret), fingerprint: text(parts.fingerprint) };
  const other = formatLink(HOST, { secret: bytesOf('other secret', 16), fingerprint: parts.fingerprint });
  return {
    cases: [
      derived('an ordinary link', SECRET, LINK_RECIPIENT),
      derived('a secret of zeros', new Uint8Array(16), recipientNamed('another link')),
      derived('a secret of ones', new Uint8Array(16).fill(255), recipientNamed('a third link')),
    ],
    texts: [
      { name: 'as it was made', text: link, ...read },
      { name: 'only the fragment', text: fragment, ...read },
      { name: 'the fragment with its hash', text: `#${fragment}`, ...read },
      { name: 'percent 23 for the hash', text: link.replace('#', '%23'), ...read },
      { name: 'percent 23 encoded once more', text: link.replace('#', '%2523'), ...read },
      { name: 'at the end of a sentence', text: `${link}.`, ...read },
      { name: 'in angle brackets', text: `<${link}>`, ...read },
      { name: 'white space around it', text: ` \n${link}\t`, ...read },
      { name: 'doubled', text: link + link, ...read },
      { name: 'doubled with a space', text: `${link} ${link}`, ...read },
      { name: 'nothing', text: '', refused: 'missing' },
      { name: 'an empty fragment', text: `${HOST}/u#`, refused: 'missing' },
      { name: 'the secret only', text: link.slice(0, -23), refused: 'cut-off' },
      { name: 'the last character lacks', text: link.slice(0, -1), refused: 'cut-off' },
      { name: 'the first character lacks', text: `${HOST}/u#${fragment.slice(1)}`, refused: 'malformed' },
      { name: 'two different links', text: `${link} ${other}`, refused: 'malformed' },
      { name: 'a third part', text: `${link}.abc`, refused: 'malformed' },
      {
        name: 'spare bits that are not zero',
        text: `${'A'.repeat(22)}.${'A'.repeat(21)}B`,
        refused: 'malformed',
      },
      { name: 'a plus sign', text: `#+${fragment.slice(1)}`, refused: 'malformed' },
    ],
  };
}
