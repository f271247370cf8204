/**
 * What the trainer keeps about a link (section 5): label, secret and identity, sealed to one reader and
 * tagged by its maker, so that the server can not swap labels, identities or links.
 */
import { openWith, sealTo } from './age.ts';
import { type Bytes, equal, fromBase64url, fromUtf8, hkdf, hmacSha256, toBase64url, utf8 } from './bytes.ts';
import { CardError, SealedError } from './errors.ts';
import { type LinkId, parseLinkId } from './ids.ts';
import { type Identity, parseIdentity, recipientOf, sharedSecret } from './identity.ts';
import { Fields, parseObject } from './json.ts';

export interface CardContent {
  readonly link: LinkId;
  readonly label: string;
  /** SECRET of the link, 16 bytes. */
  readonly secret: Bytes;
  /** The link's own identity. */
  readonly identity: Identity;
  readonly retention: number;
  readonly uses: number;
  readonly closes_at: number;
  /** Id of the template it was made from, or "". */
  readonly template: string;
}

export interface Card extends CardContent {
  readonly maker: string;
  readonly reader: string;
  readonly recipient: string;
}

const TITLE = '# dewdrop card v1';
const MOST_JSON = 16 * 1024;
const TAG_BYTES = 32;

/** The plaintext of a card. Throws CardError `too-large`. */
export function writeCard(content: CardContent, maker: Identity, reader: string): string {
  const { link, label, secret, identity, retention, uses, closes_at, template } = content;
  const json = JSON.stringify({
    link,
    maker: recipientOf(maker),
    reader,
    label,
    secret: toBase64url(secret),
    recipient: recipientOf(identity),
    retention,
    uses,
    closes_at,
    template,
  });
  if (utf8(json).length > MOST_JSON) throw new CardError('too-large');
  const tagged = `${TITLE}\n# ${json}\n${identity}\n`;
  return `${tagged}# tag ${toBase64url(tagOf(tagged, maker, reader))}\n`;
}

export function sealCard(content: CardContent, maker: Identity, reader: string): Promise<Bytes> {
  return sealTo(reader, utf8(writeCard(content, maker, reader)));
}

/** `makers`: recipients pinned in the vault; the reader's own always counts. Throws SealedError. */
export async function openCard(sealed: Bytes, reader: Identity, makers: readonly string[]): Promise<Card> {
  return readCard(await openWith(reader, sealed), reader, makers);
}

/** Checks a card's plaintext whole. Throws CardError. */
export function readCard(plaintext: Uint8Array, own: Identity, makers: readonly string[]): Card {
  try {
    return checkedCard(fromUtf8(plaintext), own, makers);
  } catch (error) {
    if (error instanceof CardError || !(error instanceof SealedError)) throw error;
    throw new CardError('malformed');
  }
}

function checkedCard(text: string, own: Identity, makers: readonly string[]): Card {
  const [title, line = '', secretKey = '', last = '', end, ...rest] = text.split('\n');
  if (title !== TITLE || end !== '' || rest.length > 0) throw new CardError('malformed');
  if (!line.startsWith('# ') || !last.startsWith('# tag ')) throw new CardError('malformed');
  if (utf8(line.slice(2)).length > MOST_JSON) throw new CardError('too-large');
  const fields = new Fields(parseObject(line.slice(2)));
  const reader = fields.text('reader');
  const maker = fields.text('maker');
  const ownRecipient = recipientOf(own);
  if (reader !== ownRecipient) throw new CardError('reader');
  if (maker !== ownRecipient && !makers.includes(maker)) throw new CardError('maker');
  const tagged = `${TITLE}\n${line}\n${secretKey}\n`;
  const tag = fromBase64url(last.slice('# tag '.length), TAG_BYTES);
  if (!equal(tag, tagOf(tagged, own, maker))) throw new CardError('tag');
  const identity = parseIdentity(secretKey);
  const recipient = fields.text('recipient');
  if (recipientOf(identity) !== recipient) throw new CardError('recipient');
  return {
    link: parseLinkId(fields.text('link')),
    maker,
    reader,
    label: fields.text('label'),
    secret: fromBase64url(fields.text('secret'), 16),
    recipient,
    identity,
    retention: fields.integer('retention'),
    uses: fields.integer('uses'),
    closes_at: fields.time('closes_at'),
    template: fields.text('template'),
  };
}

/** The key is the same from both sides: maker's identity with reader, or reader's with maker. */
function tagOf(tagged: string, own: Identity, other: string): Bytes {
  return hmacSha256(hkdf(sharedSecret(own, other), 'dewdrop/v1/card'), utf8(tagged));
}
