/** Sources of expressions that run inside a page. */

/** Resolves when `found` (source of an expression) is true; looked at every 20 ms, inside the page. */
export const until = (found: string) => `
  new Promise((resolve, reject) => {
    const began = performance.now();
    const look = () => {
      const stop = document.querySelector('h1')?.textContent ?? '';
      if (${found}) resolve(performance.now());
      else if (performance.now() - began > 600_000) reject(new Error('still at: ' + stop));
      else setTimeout(look, 20);
    };
    look();
  })`;
export const headline = (text: string) =>
  `document.querySelector('h1')?.textContent.trim() === ${JSON.stringify(text)}`;
export const button = (text: string) =>
  `[...document.querySelectorAll('button')].find((b) => b.textContent.trim().startsWith(${JSON.stringify(text)}))`;
