/** What someone reads who comes back to something that was begun. Names arrive isolated, see `ui/shown.ts`. */
import { first } from './first.ts';

export const begun = {
  back: first.back,
  headline: 'You began to send this',
  there: (sizes: string) => `${sizes} are there`,
  answersOnly: 'Your answers, without a video',
  to: (readers: string, when: string) => (readers === '' ? `Begun ${when}` : `To ${readers}, begun ${when}`),
  kept: 'The rest waits on this device, locked. Nothing has to be picked again.',
  goOn: (percent: string) => `Continue sending (${percent})`,
  erase: 'Stop and erase',
  eraseTitle: 'Stop and erase it?',
  eraseText:
    'What has been sent so far is erased, and what waits on this device too. Nothing is delivered. Your answers stay.',
  eraseNo: 'Keep it',
  erasing: 'Erasing…',

  elsewhere: 'This is open in another tab',
  elsewhereHow:
    'Look for it among the tabs of this browser. When that tab is closed, it goes on here, by itself.',

  several: (count: number) => `You began to send ${count} things`,
  severalHow: 'Choose the one to go on with.',
  and: (name: string, others: number) =>
    others === 1 ? `${name} and one more` : `${name} and ${others} more`,
  inTab: 'open in another tab',
  toPick: 'has to be picked again',
  nothingYet: 'nothing sent yet',
};
