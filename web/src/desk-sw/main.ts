/**
 * The desk's service worker: gives films to the player and files to the downloads of the browser, as the page
 * that has opened them hands them over. It answers `/desk/stream/<id>` and nothing else, keeps nothing and
 * knows no key.
 */
import { answered } from './answer.ts';
import { mostOf } from './range.ts';
import { scope } from './scope.ts';
import { Source } from './source.ts';

const STREAM = /^\/desk\/stream\/([\w-]+)$/;
const downloads = new Set<string>();

scope.addEventListener('install', (event) => event.waitUntil(scope.skipWaiting()));
scope.addEventListener('activate', (event) => event.waitUntil(scope.clients.claim()));

scope.addEventListener('message', (event) => {
  const { data, source } = event;
  // A page that was loaded past every cache is not controlled until it is claimed.
  if (data === 'claim') event.waitUntil(scope.clients.claim());
  // To be asked keeps a service worker alive; one that was killed meanwhile knows nothing of the download.
  else if (isPing(data)) source?.postMessage({ pong: data.ping, runs: downloads.has(data.ping) });
});

scope.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  const id = origin === scope.location.origin ? STREAM.exec(pathname)?.[1] : undefined;
  if (id === undefined) return;
  event.respondWith(answer(request, id));
});

async function answer(request: Request, id: string): Promise<Response> {
  if (request.method !== 'GET' && request.method !== 'HEAD') return new Response(null, { status: 405 });
  const pages = await scope.clients.matchAll({ type: 'window', includeUncontrolled: true });
  const desks = pages.filter(({ url }) => new URL(url).pathname === '/desk/');
  return answered(request, await Source.found(desks, id), id, downloads, mostOf(navigator.userAgent));
}

function isPing(data: unknown): data is { ping: string } {
  return typeof data === 'object' && data !== null && 'ping' in data && typeof data.ping === 'string';
}
