/**
 * From a link to what it says. The fingerprint is checked before anything else is done with what the
 * server named; nothing is shown that is not in the invitation.
 */
import { getLink } from '../api/sender.ts';
import type { OpenLink } from '../api/types.ts';
import { fromBase64url } from '../sealed/bytes.ts';
import { checkInvitation, type Invitation, openInvitation } from '../sealed/invitation.ts';
import { checkFingerprint, linkAuth, type LinkParts } from '../sealed/link.ts';

export interface Opened {
  readonly parts: LinkParts;
  readonly link: OpenLink;
  readonly invitation: Invitation;
}

/** Throws LinkError, InvitationError, MalformedError or Problem. */
export async function open(parts: LinkParts, ask: typeof getLink = getLink): Promise<Opened> {
  const link = await ask(linkAuth(parts.secret));
  checkFingerprint(parts, link.recipient);
  const invitation = openInvitation(fromBase64url(link.invitation), parts.secret, link.recipient);
  checkInvitation(invitation, link);
  return { parts, link, invitation };
}
