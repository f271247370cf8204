/** Handing a link or text on: the phone's share sheet where there is one, else the clipboard. */
export function canShare(): boolean {
  return typeof navigator.share === 'function';
}

/** `shared`, or `closed` when the person thought better of it, or `unable`. */
export async function share(what: { title: string; text?: string; url: string }): Promise<Outcome> {
  try {
    await navigator.share(what);
    return 'shared';
  } catch (error) {
    return error instanceof DOMException && error.name === 'AbortError' ? 'closed' : 'unable';
  }
}

/** False when the browser refuses; the caller then shows the text to be copied by hand. */
export async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

type Outcome = 'shared' | 'closed' | 'unable';
