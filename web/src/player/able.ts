/**
 * Whether this engine shows a film, asked before a picture stays black. What the film says of itself is read
 * from its boxes; what the engine says of that, from `canPlayType` and WebCodecs.
 */
import type { Index } from './index-of.ts';

/** Why a film is not shown: no film at all, no picture in it, one that this engine can not decode, or cut off. */
export type Refusal = 'no-film' | 'no-picture' | 'codec' | 'hevc' | 'broke-off';

/** What the engine is asked; arguments, so that a test can stand in for it. */
export interface Engine {
  canPlay: (type: string) => CanPlayTypeResult;
  /** null where there is no WebCodecs. */
  decodes: (codec: string) => Promise<boolean | null>;
}

/** Only these are named in full by `codec.ts`; of the others an engine may refuse the short name alone. */
const NAMED = /^(avc1|avc3|hvc1|hev1|dvh1|dvhe)\./;
/** No browser has ever shown these. */
const NEVER = /^(ap4[hx]|apc[hnso]|aprh|aprn|SVQ[13]|cvid|rle|mjp[ab]|dv[cph5n]|icod|AVd[nh]|CFHD)/;

/** `MEDIA_ERR_NETWORK`. */
const BROKE_OFF = 2;

export async function refusalOf(index: Index, engine: Engine): Promise<Refusal | null> {
  if (!index.boxed) return null;
  if (!index.picture) return index.sound ? 'no-picture' : 'no-film';
  const codec = index.codec ?? '';
  const refused: Refusal = index.hevc ? 'hevc' : 'codec';
  if (NEVER.test(codec)) return refused;
  if (!NAMED.test(codec)) return null;
  const says = engine.canPlay(`video/mp4; codecs="${codec}"`);
  if (says === '') return refused;
  if (index.hevc && says === 'maybe' && (await engine.decodes(codec)) === false) return refused;
  return null;
}

/** After it failed: `code` is the engine's own word, of `MediaError`. */
export function refusalAfter(index: Index | null, code: number): Refusal {
  if (code === BROKE_OFF) return 'broke-off';
  if (index === null) return 'codec';
  if (!index.boxed) return 'codec';
  if (!index.picture) return index.sound ? 'no-picture' : 'no-film';
  return index.hevc ? 'hevc' : 'codec';
}

export const thisEngine: Engine = {
  canPlay: (type) => document.createElement('video').canPlayType(type),
  decodes: async (codec) => {
    if (!('VideoDecoder' in globalThis)) return null;
    try {
      return (await VideoDecoder.isConfigSupported({ codec })).supported === true;
    } catch {
      return false;
    }
  },
};
