/**
 * Starts our own workers. Under trusted types only this policy, `dewdrop`, may name a script, and it names
 * nothing but files of this origin's `/assets/` (in development, of `/src/`) and the desk's service worker.
 */
interface PolicyFactory {
  createPolicy(
    name: string,
    rules: { createScriptURL: (url: string) => string },
  ): {
    createScriptURL(url: string): string;
  };
}

const SERVICE_WORKER = '/desk/sw.js';

let policy: ReturnType<PolicyFactory['createPolicy']> | null = null;

export function startWorker(url: string, name: string): Worker {
  return new Worker(scriptUrl(url), { type: 'module', name });
}

/** The desk's own, for what lies below `/desk/`. */
export function registerServiceWorker(container: ServiceWorkerContainer): Promise<ServiceWorkerRegistration> {
  return container.register(scriptUrl(SERVICE_WORKER), { scope: '/desk/', updateViaCache: 'none' });
}

/** Throws TypeError for a script that is not ours. */
export function checkedScriptUrl(url: string, base: string): string {
  const whole = new URL(url, base);
  const named = whole.pathname === SERVICE_WORKER || /^\/(assets|src)\/[\w./-]+$/.test(whole.pathname);
  const ours = whole.origin === new URL(base).origin && named;
  if (!ours || whole.pathname.includes('..')) throw new TypeError('not a worker of ours');
  return whole.href;
}

function scriptUrl(url: string): string {
  const rules = { createScriptURL: (wanted: string) => checkedScriptUrl(wanted, location.href) };
  const factory = (globalThis as { trustedTypes?: PolicyFactory }).trustedTypes;
  if (factory === undefined) return rules.createScriptURL(url);
  policy ??= factory.createPolicy('dewdrop', rules);
  return policy.createScriptURL(url);
}
