/** The words of the first screen, apart from the rest: they come before anything else does. */
const answers = (count: number) => (count === 1 ? 'one answer' : `${count} answers`);
const questions = (count: number) => (count === 1 ? 'a question' : `${count} questions`);
const some = (count: number, one: string, more: string) => (count === 1 ? one : `${count} ${more}`);

/** What is asked for with files, by the sort that all of them have. */
function files(asked: readonly { takes?: string }[]): string {
  const sorts = new Set(asked.map(({ takes }) => takes));
  if (sorts.size > 1 || sorts.has(undefined)) return some(asked.length, 'a file', 'files');
  return sorts.has('video')
    ? some(asked.length, 'a video', 'videos')
    : some(asked.length, 'a picture', 'pictures');
}

export const first = {
  title: (from: string) => `Send to ${from} · Dewdrop`,
  opening: 'One moment…',
  stranded: 'The connection dropped. Nothing is lost; it goes on by itself.',
  back: 'Back',
  someone: 'Someone',
  asker: 'the person who asks',
  and: (most: string, last: string) => `${most} and ${last}`,

  asked: {
    asks: (films: boolean, asked: readonly { kind: string; takes?: string }[]) => {
      const count = asked.filter(({ kind }) => kind !== 'file' && kind !== 'section').length;
      const toGive = asked.filter(({ kind }) => kind === 'file');
      if (!films && toGive.length === 0) return `asks you ${questions(count)}`;
      const wanted = films ? 'a video' : files(toGive);
      return count > 0 ? `asks you for ${wanted} and ${answers(count)}` : `asks you for ${wanted}`;
    },
    more: 'Read all',
    only: (readers: string) => `Only ${readers} can open it`,
    onlyHow: (readers: string) => [
      `Your phone locks everything before it leaves, so that only ${readers} can unlock it.`,
      'The server that carries it sees how large it is and when it came, never what it is.',
      'Somebody who finds this link could send something too, but never see what you sent.',
    ],
    gone: (time: string) => `Gone ${time} after it arrives`,
    goneHow: (from: string) => [
      'When the time is up, the server destroys the key and then the bytes, by itself.',
      'You can erase it sooner: your receipt has a button for that.',
      `A copy that ${from} saves stays with ${from}, as with any letter.`,
    ],
    once: (until: string) => `This link works once, until ${until}`,
    often: (until: string) => `This link works until ${until}`,
    linkHow: (once: boolean) => [
      'Opening it uses nothing up. Look as often as you like.',
      once
        ? 'It is used up when what you send has arrived, and not before.'
        : 'It takes several deliveries, and each of them stays apart from the others.',
      'Nothing leaves your phone until you tap Send.',
    ],
    earlier: (when: string) => `You already sent something through this link ${when}. You can send more.`,
    receipt: 'Open the receipt',
    kept: 'Your answers from before are still here.',
    start: 'Start',
    goOn: 'Go on',
  },
};
