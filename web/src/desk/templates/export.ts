/** Hands a template out as a file that another desk, or `dewdrop link --template`, takes. */
import { type Form, writeForm } from '../../sealed/form.ts';
import { builder as words } from '../../text/en.ts';
import { cleanName } from '../file-name.ts';
import { handOn } from '../ways.ts';

export function exported(form: Form): void {
  const url = URL.createObjectURL(new Blob([writeForm(form)], { type: 'application/octet-stream' }));
  handOn(url, cleanName(`${form.name.trim() || words.unnamed}.json`, 'template.json'));
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
