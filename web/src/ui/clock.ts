/** Times of a film in figures, the same at the desk, on the receipt and before sending. In seconds. */

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const two = (value: number) => String(value).padStart(2, '0');

/** A moment, with hundredths, so that the eye finds it again: `0:07.41`, `1:02:00.00`. */
export function clock(seconds: number): string {
  // Cut off, not rounded: a picture that stands is never ahead of the film.
  const hundredths = Math.floor(Math.max(0, seconds) * 100 + 0.05);
  return `${figures(Math.floor(hundredths / 100))}.${two(hundredths % 100)}`;
}

/** A length: `0:42`, `12:05`, `1:02:00`. */
export function playingTime(seconds: number): string {
  return figures(Math.max(0, Math.round(seconds)));
}

function figures(whole: number): string {
  const [hours, minutes] = [Math.floor(whole / HOUR), Math.floor((whole % HOUR) / MINUTE)];
  const rest = two(whole % MINUTE);
  return hours > 0 ? `${hours}:${two(minutes)}:${rest}` : `${minutes}:${rest}`;
}
