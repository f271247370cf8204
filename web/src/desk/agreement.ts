/**
 * What the sender agreed to, held against what the link asked for: words that anyone can have typed are
 * not to be read as the trainer's own.
 */
import type { Manifest } from '../sealed/answers.ts';
import type { Invitation } from '../sealed/invitation.ts';
import { desk as words } from '../text/en.ts';
import { shownText } from '../ui/shown.ts';
import { moment } from '../ui/when.ts';

export interface Agreement {
  readonly heading: string;
  readonly text: string;
  /** To exactly the words that were asked. */
  readonly asAsked: boolean;
}

/** Null where nothing was asked and nothing was agreed to. */
export function agreementOf(
  { notice }: Pick<Invitation, 'notice'>,
  { consent }: Pick<Manifest, 'consent'>,
  now: number,
): Agreement | null {
  const asked = shownText(notice).trim();
  const said = words.submission.agreed;
  if (consent === null) return asked === '' ? null : { heading: said.not, text: asked, asAsked: false };
  const when = moment(consent.at, now);
  const asAsked = consent.text === notice && asked !== '';
  const heading = asAsked ? said.yes(when) : asked === '' ? said.unasked(when) : said.other(when);
  return { heading, text: shownText(consent.text).trim(), asAsked };
}
