import { describe, expect, it } from 'vitest';
import { doubtsAbout } from './greeting';

const about = (text: string): string[] => doubtsAbout(text).map((d) => `${d.about}: ${d.words}`);

describe('what does not belong into a greeting', () => {
  it.each([
    'Hi Maria, please film two sets of squats from the side.',
    'Good morning! Front Squat and Romanian Deadlift this week, please. Best, Jo',
    'Hello. Please send me your Form Check on Monday. Thanks',
    'Hi Sam, film 3 sets of 5 at 100 kg. See you on Tuesday 24 November, 18:40.',
    'The painting in the Gym is new.',
    '',
  ])('lets pass: %s', (text) => {
    expect(about(text)).toEqual([]);
  });

  it.each([
    ['How is your knee injury?', 'health: injury'],
    ['Mind the bad left knee', 'health: bad left knee'],
    ['Since your surgery in May', 'health: surgery'],
    ['now that you are PREGNANT', 'health: PREGNANT'],
    ['your heart condition', 'health: heart condition'],
    ['because of the slipped disc', 'health: slipped disc'],
    ['take your medication first', 'health: medication'],
  ])('warns of health: %s', (text, doubt) => {
    expect(about(text)).toContain(doubt);
  });

  it.each([
    ['Hi Maria Schmidt, please film', 'name: Maria Schmidt'],
    ['Dear Anna-Lena Müller', 'name: Anna-Lena Müller'],
    ["for Sean O'Brien", "name: Sean O'Brien"],
    ['Hello Vincent van Gogh, film', 'name: Vincent van Gogh'],
    ['Thanks, Łukasz Żak', 'name: Łukasz Żak'],
    ['Hey John F. Kennedy', 'name: John F. Kennedy'],
  ])('warns of a full name: %s', (text, doubt) => {
    expect(about(text)).toContain(doubt);
  });

  it('warns of a date of birth and of how to reach someone', () => {
    expect(about('born on 12.03.1988')).toEqual(['birth: born on', 'birth: 12.03.1988']);
    expect(about('call +49 170 1234567')).toEqual(['contact: +49 170 1234567']);
    expect(about('or maria@example.org')).toEqual(['contact: maria@example.org']);
  });

  it('names each thing once', () => {
    expect(about('pain, Pain and again pain')).toEqual(['health: pain']);
  });
});
