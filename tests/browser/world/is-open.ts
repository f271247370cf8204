/** Whether some process has a file open: a browser that still writes what it downloads does. */
import { readdirSync, readlinkSync, realpathSync } from 'node:fs';

export function isOpen(path: string): boolean {
  const file = realpathSync(path);
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.some((pid) => heldBy(pid).includes(file));
}

/** A process may end, or close a file, while one looks. */
function heldBy(pid: string): string[] {
  const folder = `/proc/${pid}/fd`;
  const found = <Found>(look: () => Found[]): Found[] => {
    try {
      return look();
    } catch {
      return [];
    }
  };
  return found(() => readdirSync(folder)).flatMap((fd) => found(() => [readlinkSync(`${folder}/${fd}`)]));
}
