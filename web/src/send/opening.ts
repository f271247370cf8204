/**
 * From a link to what it says. The fingerprint is checked before anything else is done with what the
 * server named; nothing is shown that is not in the invitation.
 */
import { Problem } from '../api/problem.ts';
import { getLink } from '../api/sender.ts';
import type { OpenLink } from '../api/types.ts';
import { fromBase64url } from '../sealed/bytes.ts';
import { checkInvitation, type Invitation, openInvitation } from '../sealed/invitation.ts';
import { SendingError } from '../transfer/sending.ts';
import { checkFingerprint, linkAuth, type LinkParts } from '../sealed/link.ts';

export interface Opened {
  readonly parts: LinkParts;
  readonly link: OpenLink;
  readonly invitation: Invitation;
}

/** What was begun is erased when its link ends; then it is the link that says why. */
export async function whyEnded(
  error: unknown,
  parts: LinkParts,
  ask: typeof getLink = getLink,
): Promise<unknown> {
  if (!(error instanceof SendingError) || error.reason !== 'link-erased') return error;
  try {
    await ask(linkAuth(parts.secret));
    return error;
  } catch (told) {
    if (!(told instanceof Problem)) return error;
    switch (told.type) {
      case 'link-spent':
      case 'link-closed':
      case 'link-expired':
        return new SendingError(told.type, { at: told.at, cause: error });
      default:
        return error;
    }
  }
}

/** Throws LinkError, InvitationError, MalformedError or Problem. */
export async function open(parts: LinkParts, ask: typeof getLink = getLink): Promise<Opened> {
  const link = await ask(linkAuth(parts.secret));
  checkFingerprint(parts, link.recipient);
  const invitation = openInvitation(fromBase64url(link.invitation), parts.secret, link.recipient);
  checkInvitation(invitation, link);
  return { parts, link, invitation };
}
