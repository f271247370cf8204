/**
 * Mozilla's observatory over one server, as a process of its own: `NODE_EXTRA_CA_CERTS` is read when Node starts.
 * Reads `{host, httpsPort, httpPort, preloaded, asks: [{path, method, headers}]}` on stdin, writes
 * `[{status, score, failed}]`, one for each ask.
 */
import { writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { createRequire } from 'node:module';
import { text } from 'node:stream/consumers';

const wish = JSON.parse(await text(process.stdin));
const at = (path) => createRequire(import.meta.url).resolve(`@mdn/mdn-http-observatory/${path}`);
// The list of preloaded domains is fetched from the network when the package is installed; here it is ours.
const list = wish.preloaded ? { [wish.host]: { mode: 'force-https', includeSubDomains: true } } : {};
writeFileSync(new URL('../conf/hsts-preload.json', `file://${at('src/index.js')}`), JSON.stringify(list));
const { retrieve } = await import(at('src/retriever/retriever.js'));
const { ALL_TESTS } = await import(at('src/constants.js'));
const { getScoreModifier } = await import(at('src/grader/grader.js'));

/** What the retriever, which only knows GET, would have kept of this answer. */
function answer({ path, method, headers }) {
  return new Promise((resolve, reject) => {
    const asked = request(
      { host: wish.host, port: wish.httpsPort, path, method, headers: { accept: 'text/html', ...headers } },
      async (response) => {
        const data = await text(response);
        resolve({ status: response.statusCode, headers: response.headers, data, verified: true });
      },
    );
    asked.on('error', reject).end();
  });
}

const found = [];
for (const ask of wish.asks) {
  const seen = await retrieve(wish.host, { ...wish, path: ask.path });
  const own = await answer(ask);
  Object.assign(seen.responses, { auto: own, https: own });
  seen.resources.path = own.data;
  const results = ALL_TESTS.map((test) => test(seen));
  found.push({
    status: own.status,
    score: results.reduce((sum, { result }) => sum + getScoreModifier(result), 100),
    failed: results.filter(({ pass }) => !pass).map(({ result }) => result),
  });
}
process.stdout.write(JSON.stringify(found));
