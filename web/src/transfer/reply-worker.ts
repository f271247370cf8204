/** The page's side of the worker that opens a reply. One reply, one worker. */
import workerUrl from './reply.worker.ts?worker&url';
import type { ReplyAnswer, WantedReply } from './reply-messages.ts';
import { startWorker } from './trusted.ts';

export function askForReply(wanted: WantedReply): Promise<ReplyAnswer> {
  const worker = startWorker(workerUrl, 'dewdrop reply');
  return new Promise<ReplyAnswer>((resolve) => {
    worker.onmessage = ({ data }: MessageEvent<ReplyAnswer>) => resolve(data);
    worker.onerror = (event) => {
      event.preventDefault();
      resolve({ kind: 'unreachable' });
    };
    worker.postMessage(wanted);
  }).finally(() => worker.terminate());
}
