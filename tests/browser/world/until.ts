/** Waits for what becomes true outside the browser. */
const EVERY_MS = 50;

export async function until(
  what: string,
  holds: () => Promise<boolean> | boolean,
  within = 30_000,
): Promise<void> {
  const end = Date.now() + within;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`not within ${within} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
  }
}
