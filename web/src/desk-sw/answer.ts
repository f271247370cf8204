/** One request for `/desk/stream/<id>`, answered. */
import { reckon } from '../sealed/release.ts';
import { headersOf } from './headers.ts';
import { type Span, spanOf } from './range.ts';
import type { Source } from './source.ts';

/** Bytes that are asked of the page at once: the first picture waits for no more. */
const PIECE = 256 * 1024;

/** After so many bytes of a download Chromium's collector is told of them: it lets hundreds of MiB gather else. */
const RECKONED_EVERY = 8 * 1024 * 1024;

/** `downloads`: ids of those that run in this service worker. `most`: bytes of one answer to a player. */
export async function answered(
  request: Request,
  source: Source | null,
  id: string,
  downloads: Set<string>,
  most: number,
): Promise<Response> {
  // Nothing to go to: whoever was about to leave its page stays there.
  const goes = request.mode === 'navigate';
  if (source === null) return goes ? nothing(204) : nothing(404);
  const { about } = source;
  if (goes !== about.whole) {
    source.cancel();
    return goes ? nothing(204) : nothing(404);
  }
  const headers = headersOf(about);
  if (about.whole) {
    downloads.add(id);
    return new Response(
      download(source, () => downloads.delete(id)),
      { headers },
    );
  }
  headers.set('Accept-Ranges', 'bytes');
  const span = spanOf(request.headers.get('Range'), about.size, most);
  if (span === 'none') {
    source.cancel();
    headers.set('Content-Range', `bytes */${String(about.size)}`);
    return new Response(null, { status: 416, headers });
  }
  const { from, to }: Span = span === 'whole' ? { from: 0, to: about.size - 1 } : span;
  headers.set('Content-Length', String(to - from + 1));
  if (span !== 'whole')
    headers.set('Content-Range', `bytes ${String(from)}-${String(to)}/${String(about.size)}`);
  const status = span === 'whole' ? 200 : 206;
  if (request.method === 'HEAD' || to < from) {
    source.cancel();
    return new Response(null, { status, headers });
  }
  request.signal.addEventListener('abort', () => source.cancel());
  return new Response(stretch(source, from, to), { status, headers });
}

function stretch(source: Source, from: number, to: number): ReadableStream<Uint8Array> {
  let at = from;
  return new ReadableStream(
    {
      async pull(controller) {
        const end = Math.min(at + PIECE - 1, to);
        const bytes = await source.bytes(at, end).catch((error: unknown) => {
          source.close();
          throw error;
        });
        at = end + 1;
        controller.enqueue(bytes);
        if (at <= to) return;
        controller.close();
        source.cancel();
      },
      cancel: () => source.cancel(),
    },
    { highWaterMark: 0 },
  );
}

/** An error ends it as one: a browser calls complete what only ends. */
function download(source: Source, over: () => void): ReadableStream<Uint8Array> {
  let unreckoned = 0;
  const ends = (): void => {
    over();
    source.close();
  };
  return new ReadableStream(
    {
      start(controller) {
        source.broke = () => {
          controller.error(new Error('cut off'));
          ends();
        };
      },
      async pull(controller) {
        try {
          const bytes = await source.next();
          if (bytes !== null) {
            unreckoned += bytes.length;
            if (unreckoned >= RECKONED_EVERY) {
              reckon(unreckoned);
              unreckoned = 0;
            }
            return controller.enqueue(bytes);
          }
          controller.close();
        } catch (error) {
          controller.error(error);
        }
        ends();
      },
      cancel() {
        over();
        source.cancel();
      },
    },
    { highWaterMark: 0 },
  );
}

function nothing(status: number): Response {
  return new Response(null, { status });
}
