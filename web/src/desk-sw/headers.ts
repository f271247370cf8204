/** What the answers of the service worker say of themselves. */
import type { About } from '../transfer/desk/handing.ts';

/** Raster pictures, sounds and films; anything else is a download, whatever was said of it. */
const SHOWN =
  /^(image\/(jpeg|png|gif|webp|avif|heic)|audio\/(mpeg|mp4|aac|wav|ogg|flac)|video\/(mp4|webm|ogg|quicktime|x-matroska))$/;
/** From here on some browsers take the length for another one. */
const LARGE = 2 ** 31;

export function headersOf(about: About): Headers {
  const shown = !about.whole && SHOWN.test(about.type);
  const headers = new Headers({
    // Most films of iPhones play, but only when they are not called QuickTime.
    'Content-Type': shown ? about.type.replace('video/quicktime', 'video/mp4') : 'application/octet-stream',
    'Content-Disposition': shown ? 'inline' : disposition(about.name),
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'no-store',
    'Content-Security-Policy': "default-src 'none'; sandbox",
    'Cross-Origin-Resource-Policy': 'same-origin',
  });
  if (about.whole && about.size < LARGE) headers.set('Content-Length', String(about.size));
  return headers;
}

/** RFC 6266 and 8187: the name as it is, and one in plain letters for whoever does not know how. */
export function disposition(name: string): string {
  const plain = name.replace(/[^\w .()-]/g, '_');
  const whole = encodeURIComponent(name).replace(
    /['()*]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${whole}`;
}
