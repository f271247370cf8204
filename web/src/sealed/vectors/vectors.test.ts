/** The shared vectors, as the Rust twin runs them. */
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import schema from '../../../../docs/form.schema.json' with { type: 'json' };
import { noble } from '../aead.ts';
import { openFileKey } from '../age.ts';
import type { Answer } from '../answers.ts';
import { stretch } from '../argon.ts';
import { equal, fromBase64url, sha256, toBase64url, utf8 } from '../bytes.ts';
import { openCard, readCard } from '../card.ts';
import { SealedError } from '../errors.ts';
import { fits } from '../fits.ts';
import { readForm, writeForm } from '../form.ts';
import { parseHeader } from '../header.ts';
import { parseIdentity, recipientOf } from '../identity.ts';
import { parseLinkId, parseSubmissionId } from '../ids.ts';
import { openInvitation, sealInvitation } from '../invitation.ts';
import {
  bearerHash,
  fingerprintOf,
  formatLink,
  formatReceipt,
  linkAuth,
  linkPage,
  linkSender,
  parseLink,
  receiptAuth,
} from '../link.ts';
import { checkManifest, openManifest } from '../manifest.ts';
import { chunkCount, isLegalPayload, plaintextSize, sealedSize, stretchOf } from '../ranges.ts';
import { replyIdentity, replyRecipient } from '../receipt.ts';
import { type Review, openNotes, openReply, readNotes, readReply, writeNotes, writeReply } from '../reply.ts';
import { StreamOpener, openChunks, payloadCipher, sealChunks } from '../stream.ts';
import {
  identityOnSheet,
  openUnlock,
  openVault,
  recoveryAuth,
  recoverySheet,
  signInProof,
  unlockIdentity,
  vaultFileIdentity,
} from '../vault.ts';
import { type Case, numberOf, textOf, vectors } from './read.ts';
import { pattern } from './sample.ts';
import { type Change, changed } from './stream.ts';

const isForm = new Ajv2020({ allowUnionTypes: true }).compile(schema);
const bytes = (one: Case, field: string) => fromBase64url(textOf(one, field));

async function reasonOf(run: () => unknown): Promise<string> {
  try {
    await run();
  } catch (error) {
    return error instanceof SealedError ? error.reason : String(error);
  }
  return 'accepted';
}

/** One test for each case: what `run` returns is checked by itself, or refused as the case says. */
function each(title: string, file: string, run: (one: Case) => unknown, list = 'cases'): void {
  describe(title, () => {
    for (const one of vectors(file, list)) {
      if (one.refused === undefined) test(`${one.name}`, async () => void (await run(one)));
      else
        test(`${one.name} is refused`, async () => expect(await reasonOf(() => run(one))).toBe(one.refused));
    }
  });
}

each('a link', 'link', (one) => {
  const secret = bytes(one, 'secret');
  const parts = { secret, fingerprint: fingerprintOf(textOf(one, 'recipient')) };
  expect(one).toMatchObject({
    fingerprint: toBase64url(parts.fingerprint),
    link: formatLink('https://drop.example', parts),
    receipt: formatReceipt('https://drop.example', parts),
    link_auth: toBase64url(linkAuth(secret)),
    auth_hash: bearerHash(linkAuth(secret)),
    link_page: toBase64url(linkPage(secret)),
    link_sender: toBase64url(linkSender(secret)),
    receipt_auth: toBase64url(receiptAuth(secret)),
    receipt_hash: bearerHash(receiptAuth(secret)),
  });
});

each(
  'a pasted link',
  'link',
  (one) => {
    const parts = parseLink(textOf(one, 'text'));
    expect(one).toMatchObject({
      secret: toBase64url(parts.secret),
      fingerprint: toBase64url(parts.fingerprint),
    });
  },
  'texts',
);

each('an invitation', 'invitation', (one) => {
  const invitation = openInvitation(bytes(one, 'sealed'), bytes(one, 'secret'), textOf(one, 'recipient'));
  const { later: _, ...known } = JSON.parse(textOf(one, 'json')) as Record<string, unknown>;
  expect(invitation).toEqual(known);
  expect(toBase64url(sha256(bytes(one, 'sealed')))).toBe(one['hash']);
  if (_ !== undefined) return;
  const again = sealInvitation(
    invitation,
    bytes(one, 'secret'),
    textOf(one, 'recipient'),
    bytes(one, 'nonce'),
  );
  expect(toBase64url(again)).toBe(one['sealed']);
});

each('a header', 'header', async (one) => {
  const header = bytes(one, 'header');
  const { length } = parseHeader(header);
  expect(length).toBe(one['length']);
  if (one['identity'] === undefined) return;
  const key = await openFileKey(parseIdentity(textOf(one, 'identity')), header.subarray(0, length));
  expect(toBase64url(key)).toBe(one['file_key']);
});

each('a size', 'ranges', (one) => {
  const payload = numberOf(one, 'payload');
  expect(isLegalPayload(payload)).toBe(one['illegal'] !== true);
  if (one['illegal'] === true) return;
  expect(one).toMatchObject({ chunks: chunkCount(payload), plaintext: plaintextSize(payload) });
  expect(sealedSize(numberOf(one, 'start'), numberOf(one, 'plaintext'))).toBe(one['size']);
});

each(
  'a stretch',
  'ranges',
  (one) => {
    const stretched = stretchOf(
      numberOf(one, 'a'),
      numberOf(one, 'b'),
      numberOf(one, 'start'),
      numberOf(one, 'size'),
    );
    const { firstChunk: first_chunk, lastChunk: last_chunk, from, to, skip } = stretched;
    expect(one).toMatchObject({ first_chunk, last_chunk, from, to, skip });
  },
  'stretches',
);

each('a payload', 'stream', async (one) => {
  const aead = await payloadCipher(bytes(one, 'file_key'), bytes(one, 'nonce'), noble);
  const plaintext = pattern(numberOf(one, 'plaintext'));
  const payload = await sealChunks(aead, plaintext, 0, true);
  expect(toBase64url(sha256(payload))).toBe(one['payload_hash']);
  if (one['payload'] !== undefined) expect(toBase64url(payload)).toBe(one['payload']);
  const change = one['change'] as Change | undefined;
  const appended = change?.[0] === 'append' ? fromBase64url(change[1]) : new Uint8Array(0);
  const opener = new StreamOpener(aead);
  await opener.push(change === undefined ? payload.slice() : changed(payload, change, appended));
  await opener.end();
  expect(equal(await openChunks(aead, payload, 0, chunkCount(payload.length)), plaintext)).toBe(true);
});

each('a card', 'card', async (one) => {
  const reader = parseIdentity(textOf(one, 'reader'));
  const makers = one['makers'] as string[];
  const card =
    one['sealed'] === undefined
      ? readCard(utf8(textOf(one, 'text')), reader, makers)
      : await openCard(bytes(one, 'sealed'), reader, makers);
  expect({ ...card, secret: toBase64url(card.secret) }).toEqual(one['card']);
});

each('a delivery', 'manifest', async (one) => {
  const secret = bytes(one, 'secret');
  const identity = parseIdentity(textOf(one, 'identity'));
  const sealedManifest = bytes(one, 'sealed');
  const manifest = await openManifest(sealedManifest, identity);
  const recipient = recipientOf(identity);
  const sealedInvitation = bytes(one, 'invitation');
  const link = parseLinkId(textOf(one, 'link'));
  // A card of another secret could not open the invitation; here only the proof is to say so.
  const invitation = one.refused === 'proof' ? { link } : openInvitation(sealedInvitation, secret, recipient);
  checkManifest({
    card: { link, secret },
    invitation,
    sealedInvitation,
    submission: parseSubmissionId(textOf(one, 'submission')),
    sealedManifest,
    manifest,
    proof: bytes(one, 'proof'),
    numbers: one['numbers'] as number[],
  });
  expect(manifest).toEqual(JSON.parse(textOf(one, 'json')));
  expect(toBase64url(sha256(sealedManifest))).toBe(one['hash']);
});

each(
  'the identity of a receipt',
  'reply',
  (one) => {
    const receipt = bytes(one, 'receipt');
    expect(one).toMatchObject({ identity: replyIdentity(receipt), reply_to: replyRecipient(receipt) });
  },
  'receipts',
);

each('a review', 'reply', async (one) => {
  const submission = parseSubmissionId(textOf(one, 'submission'));
  const link = one['identity'] === undefined ? null : parseIdentity(textOf(one, 'identity'));
  const sealed = one['sealed'] !== undefined;
  const file = bytes(one, sealed ? 'sealed' : 'plain');
  if (one['receipt'] === undefined) {
    if (link === null) throw new Error('notes are read by the identity of their link');
    const review = await (sealed ? openNotes : readNotes)(file, submission, link);
    expect(shownReview(review)).toEqual(one['review']);
    if (!sealed) expect(equal(writeNotes(review, link), file)).toBe(true);
    return;
  }
  const receipt = bytes(one, 'receipt');
  const own = replyIdentity(receipt);
  const review = await (sealed ? openReply : readReply)(file, submission, own, bytes(one, 'fingerprint'));
  expect(shownReview(review)).toEqual(one['review']);
  if (link !== null) expect(equal(writeReply(review, link, replyRecipient(receipt)), file)).toBe(true);
});

const shownReview = ({ parts, ...said }: Review) => ({
  ...said,
  parts: parts.map((part) => toBase64url(part.bytes)),
  types: parts.map(({ type }) => type),
});

each('a passphrase', 'vault', async (one) => {
  const argon = await stretch(textOf(one, 'passphrase'), bytes(one, 'salt'));
  expect(one).toMatchObject({
    argon: toBase64url(argon),
    sign_in_proof: toBase64url(signInProof(argon)),
    sign_in_hash: bearerHash(signInProof(argon)),
    unlock_identity: unlockIdentity(argon),
    identity: await openUnlock(bytes(one, 'unlock'), argon),
  });
});

each(
  'an identity',
  'vault',
  (one) => {
    const identity = parseIdentity(textOf(one, 'identity'));
    expect(one).toMatchObject({
      recipient: recipientOf(identity),
      vault_file_identity: vaultFileIdentity(identity),
      recovery_auth: toBase64url(recoveryAuth(identity)),
      recovery_hash: bearerHash(recoveryAuth(identity)),
      sheet: recoverySheet('drop.example', 'mara', identity),
    });
    expect(identityOnSheet(textOf(one, 'sheet'))).toBe(identity);
    expect(identityOnSheet(` ${identity.toLowerCase().replace(/(.{8})/g, '$1 ')}`)).toBe(identity);
  },
  'identities',
);

each(
  'a sealed vault',
  'vault',
  async (one) => {
    const vault = await openVault(bytes(one, 'sealed'), parseIdentity(textOf(one, 'identity')));
    expect(vault).toEqual(JSON.parse(textOf(one, 'json')));
  },
  'vaults',
);

each('a form', 'form', (one) => {
  const form = readForm(utf8(textOf(one, 'json')));
  expect(readForm(writeForm(form))).toEqual(form);
});

test.each(vectors('form'))('the schema agrees about a form: $name', (one) => {
  if (one['no_json'] === true) return;
  const takes = isForm(JSON.parse(textOf(one, 'json')));
  expect(takes).toBe(one.refused === undefined || one['schema_takes_it'] === true);
});

test.each(vectors('form', 'answers'))('an answer, $name', (one) => {
  const { questions } = readForm(utf8(textOf(vectors('form')[0] as Case, 'json')));
  const question = questions.find(({ id }) => id === one['question']);
  expect(question && fits(question, one['answer'] as Answer)).toBe(one['fits']);
});
