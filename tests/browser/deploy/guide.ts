/** `docs/deploy.md` as someone follows it: its commands, section by section. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const GUIDE = join(import.meta.dirname, '../../../docs/deploy.md');

/** What a test has to say differently than the guide; nothing else is. */
export type Instead = readonly [guide: string, here: string];

/** Heading → its `bash` blocks, in order. */
export function commands(): Map<string, string[]> {
  const sections = new Map<string, string[]>();
  for (const section of readFileSync(GUIDE, 'utf8').split(/^## /m).slice(1)) {
    const blocks = [...section.matchAll(/^```bash\n(.*?)^```$/gms)].map(([, block]) => block ?? '');
    if (blocks.length > 0) sections.set(section.slice(0, section.indexOf('\n')), blocks);
  }
  return sections;
}

/** Blocks as one terminal would run them, each echoed; the first that fails ends it. */
export function terminal(blocks: readonly string[], instead: readonly Instead[] = []): string {
  let script = blocks.join('\n');
  for (const [guide, here] of instead) {
    if (script.split(guide).length !== 2) throw new Error(`the guide does not say once: ${guide}`);
    script = script.replace(guide, () => here);
  }
  return `cd /root\nset -o pipefail\n${script}`;
}
