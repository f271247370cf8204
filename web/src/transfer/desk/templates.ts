/**
 * Templates in the vault. What was written elsewhere in the meantime is never written over: a template
 * that was changed there too is kept as it is, and this one beside it.
 */
import { FormError } from '../../sealed/errors.ts';
import { formIn } from '../../sealed/form.ts';
import type { JsonObject } from '../../sealed/json.ts';
import type { DeskAccount, SavedTemplate, Template } from '../desk.ts';
import type { Account } from './account.ts';

export async function saveTemplate(
  account: Account,
  template: Template,
  before: Template | null,
  copied: string,
): Promise<SavedTemplate> {
  let kept = template;
  const described = await account.updateVault(({ templates }) => {
    const at = templates.findIndex((one) => one['id'] === template.id);
    const there = templates[at];
    const elsewhere = there !== undefined && !isSame(there, before) && !isSame(there, template);
    kept = elsewhere ? { ...template, id: freeId(templates, template.id), name: copied } : template;
    const entry = kept as unknown as JsonObject;
    const list = there === undefined || elsewhere ? [...templates, entry] : templates.with(at, entry);
    return { templates: list };
  });
  return { account: described, template: kept, both: kept !== template };
}

export function removeTemplate(account: Account, id: string): Promise<DeskAccount> {
  return account.updateVault(({ templates }) => ({ templates: templates.filter((one) => one['id'] !== id) }));
}

/** Fields that are not known here make no difference; what can not be read is never the same. */
function isSame(there: JsonObject, known: Template | null): boolean {
  if (known === null) return false;
  try {
    return JSON.stringify(formIn(there)) === JSON.stringify(formIn(known as unknown as JsonObject));
  } catch (error) {
    if (error instanceof FormError) return false;
    throw error;
  }
}

function freeId(templates: readonly JsonObject[], id: string): string {
  for (let n = 2; ; n++) {
    const free = `${id.slice(0, 28)}-${String(n)}`;
    if (!templates.some((other) => other['id'] === free)) return free;
  }
}
