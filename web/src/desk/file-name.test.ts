import { describe, expect, it } from 'vitest';
import { cleanName, distinctNames, shortened } from './file-name.ts';

const clean = (name: string): string => cleanName(name, 'file 1');

describe('the name a stranger gave', () => {
  it.each([
    ['squat side.MOV', 'squat side.MOV'],
    ['Kniebeuge – März.mp4', 'Kniebeuge – März.mp4'],
    ['深蹲.mp4', '深蹲.mp4'],
    ['../../etc/passwd', '_.._etc_passwd'],
    ['C:\\Windows\\evil.exe', 'C__Windows_evil.exe'],
    ['photo\u202Egpj.exe', 'photogpj.exe'],
    ['a\u0000b\nc\u200b.mp4', 'abc.mp4'],
    ['film.mp4 . . ', 'film.mp4'],
    ['.htaccess', 'htaccess'],
    ['CON.txt', '_CON.txt'],
    ['nul', '_nul'],
    ['a／b∕c.mp4', 'a_b_c.mp4'],
    ['   ', 'file 1'],
    ['..', 'file 1'],
    ['\u202e\u2066', 'file 1'],
    ['???.mp4', '___.mp4'],
  ])('%j is saved as %j', (given, kept) => {
    expect(clean(given)).toBe(kept);
  });

  it('is cut in the middle of 1000 characters, with its ending kept', () => {
    const kept = clean(`${'x'.repeat(1000)}.mp4`);
    expect([...kept]).toHaveLength(120);
    expect(kept.endsWith('….mp4')).toBe(true);
    expect(new TextEncoder().encode(clean(`${'🏋'.repeat(1000)}.mp4`)).length).toBeLessThanOrEqual(240);
  });

  it('does not take a long tail for an ending', () => {
    expect([...clean(`a.${'b'.repeat(1000)}`)]).toHaveLength(120);
  });

  it('is given a number when two files have the same one', () => {
    expect(distinctNames(['film.mp4', 'Film.MP4', 'film.mp4', 'film (2).mp4', 'notes'])).toEqual([
      'film.mp4',
      'Film (2).MP4',
      'film (3).mp4',
      'film (2) (2).mp4',
      'notes',
    ]);
  });

  it('is shown short with its beginning and its ending', () => {
    expect(shortened('short.mp4')).toBe('short.mp4');
    const shown = shortened(`holiday-exe-${'a'.repeat(200)}-final.mp4`);
    expect([...shown].length).toBe(40);
    expect(shown.startsWith('holiday-exe') && shown.endsWith('final.mp4')).toBe(true);
  });
});
