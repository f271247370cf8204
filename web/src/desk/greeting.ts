// The greeting is read by anyone who has the link. This looks for what does not belong there: words
// about someone's health, a full name, a date of birth, a number or address of a person. It only
// warns, and it says which words it means; the trainer decides.
//
// A heuristic on purpose: it knows English words and the shape of names. `tests: greeting.test.ts`.

export type Doubt = { about: 'health' | 'name' | 'birth' | 'contact'; words: string };

const HEALTH = [
  'injur(?:y|ies|ed)',
  'pain(?:s|ful)?',
  'ache(?:s|d)?',
  'surger(?:y|ies)',
  'operation',
  'operated',
  'pregnan(?:t|cy)',
  'postpartum',
  'diabet(?:es|ic)',
  'asthma(?:tic)?',
  'epilep(?:sy|tic)',
  'cancer',
  'chemo(?:therapy)?',
  'tumou?rs?',
  'stroke',
  'heart (?:attack|condition|disease|problem|rate)s?',
  'blood pressure',
  'hypertension',
  'cholesterol',
  'medication(?:s)?',
  'medicine(?:s)?',
  'prescri(?:bed|ption)',
  'antidepressants?',
  'depress(?:ion|ed)',
  'anxiety',
  'eating disorder',
  'anorexi(?:a|c)',
  'bulimi(?:a|c)',
  'obes(?:e|ity)',
  'overweight',
  'underweight',
  'bmi',
  'body fat',
  'hernia(?:s|ted)?',
  'slipped dis[ck]s?',
  'sciatica',
  'scoliosis',
  'arthrit(?:is|ic)',
  'osteoporosis',
  'tendin?[io]tis',
  'fractur(?:e|es|ed)',
  'sprain(?:s|ed)?',
  'torn',
  'tear(?:s)? in (?:your|the)',
  'ruptur(?:e|ed)',
  'acl',
  'meniscus',
  'rotator cuff',
  'concussion',
  'dislocat(?:ed|ion)',
  'rehab(?:ilitation)?',
  'physio(?:therapy|therapist)?',
  'diagnos(?:is|ed|es)',
  'symptoms?',
  'illness(?:es)?',
  'disease(?:s)?',
  'disorder',
  'disabilit(?:y|ies)',
  'allerg(?:y|ies|ic)',
  'c-?section',
  'menopaus(?:e|al)',
  'miscarriage',
  'hiv',
  'covid',
  'hospital',
  "doctor(?:’s|'s)? note",
  '(?:bad|sore|swollen|weak|injured|stiff) (?:\\w+ )?(?:knee|back|shoulder|hip|neck|ankle|wrist|elbow|heart|foot)s?',
];
const HEALTH_WORDS = new RegExp(`(?<![\\p{L}\\p{N}])(?:${HEALTH.join('|')})(?![\\p{L}\\p{N}])`, 'giu');

/** Capitalised, as names are; with a hyphen, an apostrophe or a particle inside. */
const NAME_PART = "\\p{Lu}[\\p{Ll}’'\\-]*(?:[-’']\\p{Lu}\\p{Ll}+)*\\p{Ll}";
const FULL_NAME = new RegExp(
  `(?<![\\p{L}\\p{N}])(${NAME_PART})((?: \\p{Lu}\\.)? (?:(?:van|von|de|del|da|di|der|den|la|le|bin|al|el) )*)(${NAME_PART})(?![\\p{L}\\p{N}])`,
  'gu',
);
/** Capitalised words that begin a sentence or a title here, and are nobody's name. */
const NOT_NAMES = new Set(
  (
    'a after all and any are as at before best bring but can cheers come dear do each every film filming first for form from front full ' +
    'good got great greetings have hello here hey hi how i if in intake is it its just keep let live looking make many morning ' +
    'my new no not now of on one online or our please put ready record regards see send show side so some start stand sumo take ' +
    'thank thanks that the then there this three to today tomorrow training try two up upper use video walk we welcome what ' +
    'when where with you your yours ' +
    'monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september ' +
    'october november december week christmas easter year ' +
    'back barbell bench box bulgarian check checks clean client coach coaching deadlift deadlifts dumbbell evening fitness front goblet ' +
    'gym hip jerk kettlebell lift lifts lower lunge lunges overhead personal pilates plank press pull push romanian row rows run snatch split ' +
    'squat squats strength studio stretch team trainer turkish get yoga zoom whatsapp'
  ).split(' '),
);
const BIRTH =
  /(?<!\d)(?:\d{1,2}[./-]\d{1,2}[./-](?:19|20)\d{2}|(?:19|20)\d{2}-\d{2}-\d{2})(?!\d)|\bborn (?:on|in)\b|\bdate of birth\b|\bDOB\b/giu;
const CONTACT = /[\w.+-]+@[\w-]+\.[\w.-]+|(?<![\d.])\+?\d(?:[ ()/-]?\d){8,14}(?!\d)/gu;

export function doubtsAbout(text: string, ownName = ''): Doubt[] {
  const doubts: Doubt[] = [];
  const add = (about: Doubt['about'], words: string): void => {
    const same = (doubt: Doubt): boolean =>
      doubt.about === about && doubt.words.toLowerCase() === words.toLowerCase();
    if (!doubts.some(same)) doubts.push({ about, words });
  };
  for (const found of text.matchAll(HEALTH_WORDS)) add('health', found[0]);
  for (const name of fullNames(text)) if (!sameName(name, ownName)) add('name', name);
  for (const found of text.matchAll(BIRTH)) add('birth', found[0]);
  for (const found of text.matchAll(CONTACT)) {
    if (!doubts.some((doubt) => doubt.about === 'birth' && doubt.words.includes(found[0]))) {
      add('contact', found[0].trim());
    }
  }
  return doubts;
}

function fullNames(text: string): string[] {
  const names: string[] = [];
  const shape = new RegExp(FULL_NAME);
  for (let found = shape.exec(text); found !== null; found = shape.exec(text)) {
    const [whole, first = '', between = '', last = ''] = found;
    if (isName(first) && isName(last)) names.push(whole);
    // Look again from the second word: in "Hi Maria Schmidt" the pair is the last two.
    else shape.lastIndex = found.index + first.length + between.length;
  }
  return names;
}

function isName(word: string): boolean {
  return !NOT_NAMES.has(word.toLowerCase());
}

/** The trainer signs with their own name: it stands on the page anyway. */
function sameName(name: string, own: string): boolean {
  return own.toLowerCase().includes(name.toLowerCase());
}
