/** What the two built-in templates say. They are a beginning: the trainer changes them for each link. */

interface Asked {
  text: string;
  help: string;
  choices: { id: string; text: string }[];
}

const asked = (text: string, help = '', choices: Asked['choices'] = []): Asked => ({ text, help, choices });

const notice =
  'I agree that what I send here is used for my coaching only. It is erased from this server when its time is over, or sooner.';

const formCheck: Record<string, Asked> = {
  exercise: asked('Which exercise is it?'),
  weight: asked('How much weight?', 'In kilograms. 0 if without.'),
  sets: asked('Sets and repetitions', 'For example 3 × 5.'),
  effort: asked('How hard was it, from 1 to 10?', '10 is: not one more.'),
  focus: asked('What should I look at?', 'Where it feels odd, or what you are unsure of.'),
};

const intake: Record<string, Asked> = {
  name: asked('Your name'),
  birth: asked('Date of birth'),
  goal: asked('What do you want to reach?', 'In your own words, and by when.'),
  training: asked('How much do you train today?', '', [
    { id: 'none', text: 'Not at all' },
    { id: 'now-and-then', text: 'Now and then' },
    { id: 'weekly', text: 'Once or twice a week' },
    { id: 'often', text: 'Three times a week or more' },
  ]),
  days: asked('How many days a week can you train?'),
  health: asked(
    'Is there anything about your health I should know?',
    'Injuries, illnesses, operations, medicines.',
  ),
  'health-more': asked('If so, what?', 'Only what matters for training.'),
  emergency: asked('Whom should I call in an emergency?', 'Name and number.'),
};

export const templates = {
  formCheck: {
    name: 'Form check',
    about: 'A film of one exercise and five short questions',
    greeting: 'Please send me a film of your last heavy set, so that I can look at your form.',
    instructions:
      'Put the phone at hip height, about three metres away, from the side. Your whole body is in the picture, from head to feet. One set is enough.',
    notice,
    asked: formCheck,
  },
  intake: {
    name: 'New client intake',
    about: 'Eight questions before the first session; a film is welcome',
    greeting: 'Welcome. Before we start I would like to know a few things. It takes about five minutes.',
    instructions:
      'If you like, add a film of ten squats without weight: phone at hip height, three metres away, from the side.',
    notice,
    asked: intake,
  },
};
