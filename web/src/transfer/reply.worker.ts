/** Opens one reply and ends: the page of the receipt carries none of the curves and ciphers that this takes. */
import * as api from '../api/sender.ts';
import { fetchReply } from './open-reply.ts';
import type { WantedReply } from './reply-messages.ts';
import { scope } from './worker-scope.ts';

scope.onmessage = ({ data }) => {
  void fetchReply(data as WantedReply, api).then((answer) => scope.postMessage(answer));
};
