/** Every file under `tests/vectors`, by name. */
import { cardVectors } from './card.ts';
import { formVectors } from './form.ts';
import { headerVectors } from './header.ts';
import { invitationVectors } from './invitation.ts';
import { linkVectors } from './link.ts';
import { manifestVectors } from './manifest.ts';
import { rangesVectors } from './ranges.ts';
import { replyVectors } from './reply.ts';
import { streamVectors } from './stream.ts';
import { vaultVectors } from './vault.ts';

export const VECTORS: Readonly<Record<string, () => object | Promise<object>>> = {
  link: linkVectors,
  invitation: invitationVectors,
  form: formVectors,
  card: cardVectors,
  manifest: manifestVectors,
  reply: replyVectors,
  vault: vaultVectors,
  ranges: rangesVectors,
  header: headerVectors,
  stream: streamVectors,
};
