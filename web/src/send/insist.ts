/** Milliseconds. */
const PAUSE = 2000;

/** Fetches a part of the page until it comes: a connection that drops now must not strand anyone. */
export async function insist<Part>(
  fetchPart: () => Promise<Part>,
  stranded: () => void = () => undefined,
): Promise<Part> {
  for (;;) {
    try {
      return await fetchPart();
    } catch {
      stranded();
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
  }
}
