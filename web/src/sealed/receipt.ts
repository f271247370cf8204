/** RECEIPT (section 7) and the identity that follows from it, which opens the reply (section 8a). */
import type { Bytes } from './bytes.ts';
import { hkdf } from './bytes.ts';
import { type Identity, identityOf, publicKeyOf, recipientOf } from './identity.ts';
import { newSecret } from './link.ts';

/** Opens the reply: whoever holds the receipt link can, on any device. */
export function replyIdentity(receipt: Uint8Array): Identity {
  return identityOf(hkdf(receipt, 'dewdrop/v1/reply'));
}

/** `reply_to` of the manifest. */
export function replyRecipient(receipt: Uint8Array): string {
  return recipientOf(replyIdentity(receipt));
}

/** Whether every browser takes its recipient: WebKitGTK imports none that begins with a zero byte. */
export function isFit(receipt: Uint8Array): boolean {
  return publicKeyOf(replyRecipient(receipt))[0] !== 0;
}

export function newReceipt(): Bytes {
  for (;;) {
    const receipt = newSecret();
    if (isFit(receipt)) return receipt;
  }
}
