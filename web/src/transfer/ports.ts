/** What a delivery needs of the world around it; tests bring their own. */
import * as sender from '../api/sender.ts';
import type { LinkParts } from '../sealed/link.ts';
import { NetworkPace, type Pace } from './pace.ts';
import type { BeginSealing, Sealers } from './sealers.ts';
import { type Stage, browserStage } from './stage.ts';
import { browserStore } from './state.ts';
import type { SubmissionPorts } from './submission.ts';
import { type Tus, browserTus } from './tus.ts';

export interface Ports extends SubmissionPorts {
  readonly tus: Tus;
  /** The folder of the link; null where nothing can be kept. */
  readonly stage: Stage | null;
  readonly beginSealing: BeginSealing;
  /** One for each delivery: its files go over the same network. */
  readonly pace: () => Pace;
}

export async function browserPorts(origin: string, parts: LinkParts, sealers: Sealers): Promise<Ports> {
  return {
    api: sender,
    tus: browserTus,
    store: browserStore,
    stage: await browserStage(parts),
    beginSealing: (...file) => sealers.begin(...file),
    pace: () => new NetworkPace(),
    now: () => Math.floor(Date.now() / 1000),
    origin,
  };
}
