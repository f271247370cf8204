import { type CardContent, sealCard, writeCard } from '../card.ts';
import { hkdf, hmacSha256, utf8 } from '../bytes.ts';
import { type Identity, recipientOf, sharedSecret } from '../identity.ts';
import { LINK, LINK_IDENTITY, SECRET, bytesOf, identityNamed, recipientNamed, text } from './sample.ts';

export const VAULT = identityNamed('vault');
const OTHER = identityNamed('other vault');

export const CARD: CardContent = {
  link: LINK,
  label: 'Jonas K., squat check "round two"\nsecond line · ü',
  secret: SECRET,
  identity: LINK_IDENTITY,
  retention: 604_800,
  uses: 1,
  closes_at: 1_795_000_000,
  template: 'form-check',
};

/** The first three lines with a right tag, whatever they say. */
function tagged(lines: string, own: Identity, other: string): string {
  const tag = hmacSha256(hkdf(sharedSecret(own, other), 'dewdrop/v1/card'), utf8(lines));
  return `${lines}# tag ${text(tag)}\n`;
}

export async function cardVectors() {
  const own = recipientOf(VAULT);
  const card = writeCard(CARD, VAULT, own);
  const lines = card.slice(0, card.indexOf('# tag'));
  const { identity: _, secret, ...rest } = CARD;
  const read = {
    ...rest,
    maker: own,
    reader: own,
    secret: text(secret),
    recipient: recipientOf(LINK_IDENTITY),
    identity: LINK_IDENTITY,
  };
  const key = { reader: VAULT, makers: [] as string[] };
  const retagged = (from: string | RegExp, to: string) => tagged(lines.replace(from, to), VAULT, own);
  const foreign = writeCard(CARD, OTHER, own);
  return {
    cases: [
      { name: 'an own card', ...key, text: card, card: read },
      { name: 'an own card, sealed', ...key, sealed: text(await sealCard(CARD, VAULT, own)), card: read },
      {
        name: 'a card of a pinned maker',
        reader: VAULT,
        makers: [recipientOf(OTHER)],
        text: foreign,
        card: { ...read, maker: recipientOf(OTHER) },
      },
      {
        name: 'a field that is not known',
        ...key,
        text: retagged('{"link"', '{"later":true,"link"'),
        card: read,
      },
      { name: 'a card of a maker who is not pinned', ...key, text: foreign, refused: 'maker' },
      {
        name: 'a card for another reader',
        ...key,
        text: writeCard(CARD, VAULT, recipientOf(OTHER)),
        refused: 'reader',
      },
      {
        name: 'another label under the old tag',
        ...key,
        text: card.replace('Jonas', 'Klara'),
        refused: 'tag',
      },
      {
        name: 'another identity under the old tag',
        ...key,
        text: card.replace(LINK_IDENTITY, identityNamed('swapped')),
        refused: 'tag',
      },
      {
        name: 'a tag of other bytes',
        ...key,
        text: `${lines}# tag ${text(bytesOf('tag', 32))}\n`,
        refused: 'tag',
      },
      {
        name: 'an identity that is not the recipient',
        ...key,
        text: retagged(LINK_IDENTITY, identityNamed('swapped')),
        refused: 'recipient',
      },
      { name: 'another title', ...key, text: retagged('card v1', 'card v2'), refused: 'malformed' },
      {
        name: 'a field twice',
        ...key,
        text: retagged('{"link"', '{"label":"x","link"'),
        refused: 'malformed',
      },
      { name: 'a line more', ...key, text: `${card}#\n`, refused: 'malformed' },
      { name: 'no line end', ...key, text: card.slice(0, -1), refused: 'malformed' },
      { name: 'carriage returns', ...key, text: card.replaceAll('\n', '\r\n'), refused: 'malformed' },
      {
        name: 'sealed to another recipient',
        ...key,
        sealed: text(await sealCard(CARD, VAULT, recipientNamed('stranger'))),
        refused: 'wrong-identity',
      },
    ],
  };
}
