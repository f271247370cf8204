/** A page at 200 %: the same screens with half the room, where nothing may hide to the side. */
import type { Page } from 'playwright-core';

const ZOOMED = [
  { width: 195, height: 422 },
  { width: 640, height: 400 },
] as const;

/** Fails with what sticks out. */
export async function fitsZoomed({ page }: { page: Page }, name: string): Promise<void> {
  const own = page.viewportSize();
  const found: string[] = [];
  for (const size of ZOOMED) {
    await page.setViewportSize(size);
    const wide = await page.evaluate(() => {
      const room = document.documentElement.clientWidth;
      const out = [...document.querySelectorAll('body *')].filter(
        (element) =>
          element.getBoundingClientRect().right > room + 0.5 && !element.closest('.unseen, .place'),
      );
      return document.documentElement.scrollWidth > room
        ? out.map((element) => element.outerHTML.slice(0, 120))
        : [];
    });
    found.push(...wide.map((html) => `${name} at ${size.width}: ${html}`));
  }
  if (own) await page.setViewportSize(own);
  if (found.length > 0) throw new Error(found.join('\n'));
}
