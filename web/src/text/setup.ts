/** Words while a desk is set up and a passphrase is chosen. */
export const setup = {
  title: 'Set up your desk',
  intro: 'Three things, once. It takes two minutes and a sheet of paper.',
  name: 'Sign-in name',
  nameHint: 'Only you use it. Small letters, digits and . _ @ -',
  nameWrong: {
    short: 'That is too short. It needs at least 3 characters.',
    spaces: 'No spaces. Write - or . in their place.',
    capitals: 'Small letters only, no capitals.',
    signs: (signs: string) => `${signs} can not be in it. Use small letters, digits and . _ @ -`,
  },
  display: 'The name your clients see',
  displayHint: 'It stands on every link you send, like “Jo Meyer” or “Studio North”.',
  displayWrong: 'Clients must see who asks them.',
  start: 'Make my desk',
  working: 'Making your desk',
  workingNote: 'Your keys are made on this device. This takes a few seconds.',
  refusedTitle: 'This set-up address is over',
  refused:
    'It works once, until the server is started again. If the desk is set up, sign in; if not, the server prints a new address at its next start.',
  alreadySignIn: 'Go to the sign-in page',
  failed: 'That did not get through. Nothing was set up; try again.',
};

export const passphrase = {
  label: 'Passphrase',
  newLabel: 'New passphrase',
  hint: 'The only way in besides the recovery sheet. Nobody can reset it for you.',
  offered: 'Seven words, made for you. Write them down.',
  take: 'Use these words',
  taken: 'These words are used.',
  other: 'Seven other words',
  offer: 'Offer me seven words',
  show: 'Show',
  hide: 'Hide',
  measuring: 'Measuring',
  needed: 'Choose a passphrase that is strong enough.',
  strength: {
    empty: 'Seven words, or a long sentence only you would write.',
    refused: 'Too easy to guess. Add words.',
    fair: 'Good. Hard to guess.',
    strong: 'Strong. Very hard to guess.',
  },
};
