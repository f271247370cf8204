/** What is read out of a delivery's progress: a few times on the way, and never the same twice. */
export type Milestone = 0 | 25 | 50 | 75 | 95;

const ALL: readonly Milestone[] = [95, 75, 50, 25];

/** The last one passed; what moved back (a file was added) is not said again. */
export function milestoneAt(before: Milestone, percent: number): Milestone {
  const passed = ALL.find((milestone) => percent >= milestone) ?? 0;
  return passed > before ? passed : before;
}
