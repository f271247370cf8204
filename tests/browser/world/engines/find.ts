/** How people find something on a page, as a script that runs in it: by what it is and how it is called. */

export type Role =
  'button' | 'link' | 'heading' | 'radio' | 'checkbox' | 'field' | 'files' | 'video' | 'status' | 'any';

export interface Look {
  readonly role: Role;
  /** The whole name, white space made even; or a pattern somewhere in it. */
  readonly name?: string | RegExp;
  /** Only inside of what this CSS selector finds. */
  readonly within?: string;
  /** Hidden things too: a file input is behind its button. */
  readonly hidden?: boolean;
}

/** `Look` as it travels into the page. */
export interface Sought {
  readonly role: Role;
  readonly name: string | null;
  readonly pattern: readonly [source: string, flags: string] | null;
  readonly within: string;
  readonly hidden: boolean;
}

export function sought({ role, name, within = 'body', hidden = false }: Look): Sought {
  const pattern = name instanceof RegExp ? ([name.source, name.flags] as const) : null;
  return { role, name: typeof name === 'string' ? name : null, pattern, within, hidden };
}

export function saidOf({ role, name, within }: Look): string {
  return `${role}${name === undefined ? '' : ` ${String(name)}`}${within === undefined ? '' : ` in ${within}`}`;
}

/** Sent to the page as text: it may use nothing from outside of itself. */
export function find({ role, name, pattern, within, hidden }: Sought): Element | null {
  const selectors: Record<string, string> = {
    button: 'button, summary, [role=button]',
    link: 'a[href]',
    heading: 'h1, h2, h3, h4',
    radio: 'input[type=radio]',
    checkbox: 'input[type=checkbox]',
    field: 'input:not([type=radio], [type=checkbox], [type=file]), textarea, select',
    files: 'input[type=file]',
    video: 'video',
    status: '[role=status], [role=alert], [role=progressbar]',
    any: '*',
  };
  const even = (text: string | null | undefined) => (text ?? '').replace(/\s+/g, ' ').trim();
  const called = (element: Element): string => {
    const label = element.getAttribute('aria-label');
    if (label !== null) return even(label);
    const by = element.getAttribute('aria-labelledby');
    if (by !== null) {
      return even(
        by.split(' ').reduce((all, id) => `${all} ${document.getElementById(id)?.textContent ?? ''}`, ''),
      );
    }
    const labels = (element as HTMLInputElement).labels;
    if (labels && labels.length > 0) return even(Array.from(labels, (one) => one.textContent).join(' '));
    return even(element instanceof HTMLElement ? element.innerText : element.textContent);
  };
  const seen = (element: Element): boolean => {
    // A radio button may be drawn by its label.
    const label = (element as HTMLInputElement).labels?.[0];
    return element.checkVisibility({ visibilityProperty: true }) || label?.checkVisibility() === true;
  };
  const fits = (element: Element): boolean => {
    if (name !== null) return called(element) === even(name);
    return pattern === null || new RegExp(pattern[0], pattern[1]).test(called(element));
  };
  let last: Element | null = null;
  for (const area of document.querySelectorAll(within)) {
    for (const element of area.querySelectorAll(selectors[role] ?? role)) {
      if (!(hidden || seen(element)) || !fits(element)) continue;
      // The innermost of what says it; of everything else the first.
      if (role === 'any') last = last === null || last.contains(element) ? element : last;
      // A choice is drawn by its label, which is what people press.
      else return role === 'radio' ? ((element as HTMLInputElement).labels?.[0] ?? element) : element;
    }
  }
  return last;
}
