/** A moment of a film in figures: minutes, seconds, hundredths, so that the eye finds it again. */

export function clock(seconds: number): string {
  // Cut off, not rounded: a picture that stands is never ahead of the film.
  const hundredths = Math.floor(Math.max(0, seconds) * 100 + 0.05);
  const two = (value: number) => String(value).padStart(2, '0');
  const minutes = Math.floor(hundredths / 6_000);
  return `${minutes}:${two(Math.floor(hundredths / 100) % 60)}.${two(hundredths % 100)}`;
}
