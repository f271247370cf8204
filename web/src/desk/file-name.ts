// Names of files come from a stranger. What is shown and what is saved is the same cleaned name: no
// way out of the folder, nothing invisible, nothing that reads backwards, and an ending that is the
// true last one.

const MOST = 120;
/** Most file systems take 255 bytes; a number such as ` (2)` must still fit. */
const MOST_BYTES = 240;
/** Controls, line separators, direction marks and overrides, zero-width, soft hyphen, tags, BOM. */
const INVISIBLE =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\ufe00-\ufe0f\u{e0100}-\u{e01ef}]/gu;
const NOT_IN_NAMES = /[/\\:*?"<>|\u2044\u2215\u29f8\uff0f\uff3c]/g;
/** Windows opens a device for these, whatever the ending. */
const DEVICE = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])$/i;

export function cleanName(given: string, fallback: string): string {
  const visible = given
    .normalize('NFC')
    .replace(INVISIBLE, '')
    .replace(NOT_IN_NAMES, '_')
    .replace(/\s+/gu, ' ')
    .trim()
    .replace(/^[.\s]+/u, '')
    .replace(/[.\s]+$/u, '');
  if (!/[\p{L}\p{N}\p{So}]/u.test(visible)) return fallback;
  const { stem, ending } = split(visible);
  const safe = DEVICE.test(stem.split('.')[0]?.trim() ?? '') ? `_${stem}` : stem;
  return cut(safe, ending) + ending;
}

function cut(stem: string, ending: string): string {
  const bytes = (text: string): number => new TextEncoder().encode(text).length;
  const fits = (text: string): boolean =>
    [...text, ...ending].length <= MOST && bytes(text) + bytes(ending) <= MOST_BYTES;
  if (fits(stem)) return stem;
  const letters = [...stem].slice(0, MOST);
  while (letters.length > 1 && !fits(`${letters.join('')}…`)) letters.pop();
  return `${letters.join('').trimEnd()}…`;
}

/** The last ending, with its dot; none if it is longer than an ending is. */
function split(name: string): { stem: string; ending: string } {
  const dot = name.lastIndexOf('.');
  const ending = dot > 0 ? name.slice(dot) : '';
  if (ending.length < 2 || ending.length > 12 || /[\s]/u.test(ending)) return { stem: name, ending: '' };
  return { stem: name.slice(0, dot), ending };
}

/** Names that would land on each other get a number: `film.mp4`, `film (2).mp4`. */
export function distinctNames(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    const { stem, ending } = split(name);
    let tried = name;
    for (let n = 2; taken.has(tried.toLowerCase()); n += 1) tried = `${stem} (${n})${ending}`;
    taken.add(tried.toLowerCase());
    return tried;
  });
}

/** For showing: a long name keeps its beginning and its end, so that the ending is always read. */
export function shortened(name: string, most = 40): string {
  const letters = [...name];
  if (letters.length <= most) return name;
  const tail = Math.min(14, Math.floor(most / 3));
  return `${letters.slice(0, most - tail - 1).join('')}…${letters.slice(-tail).join('')}`;
}
