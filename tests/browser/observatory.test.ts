/** Mozilla's observatory over the real server with TLS of its own: pages, wrong addresses, every refusal. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { toBase64url } from '../../web/src/sealed/bytes.ts';
import { linkAuth, parseLink } from '../../web/src/sealed/link.ts';
import { BINARY, freePort } from './world/server.ts';
import { Terminal } from './world/terminal.ts';
import { JO } from './world/trainer.ts';
import { until } from './world/until.ts';

interface Ask {
  readonly path: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
}
interface Seen {
  readonly status: number;
  readonly score: number;
  readonly failed: string[];
}

const HOST = 'localhost';
const PAGES = ['/desk/', '/u', '/r'];
/** An answer without a script has nothing whose hash could be named: 5 less. */
const WITHOUT_SCRIPT = 5;

const folder = mkdtempSync(join(tmpdir(), 'dewdrop-observed-'));
const [cert, key, data] = ['cert.pem', 'key.pem', 'data'].map((name) => join(folder, name)) as [
  string,
  string,
  string,
];
const terminal = new Terminal();
let https = 0;
let http = 0;
let server: ChildProcess;
let bearer = '';

beforeAll(async () => {
  const made = ['-nodes', '-keyout', key, '-out', cert, '-days', '9', '-subj', `/CN=${HOST}`];
  const curve = [
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-addext',
    'basicConstraints=critical,CA:FALSE',
    '-addext',
    `subjectAltName=DNS:${HOST}`,
  ];
  execFileSync('openssl', ['req', '-x509', ...curve, ...made], { stdio: 'ignore' });
  [https, http] = [await freePort(), await freePort()];
  const url = `https://${HOST}:${https}`;
  const listen = ['--listen', `127.0.0.1:${https}`, '--redirect', `127.0.0.1:${http}`, '--public-url', url];
  server = spawn(BINARY, ['serve', '--data', data, ...listen, '--tls-cert', cert, '--tls-key', key]);
  let said = '';
  for (const stream of [server.stdout, server.stderr]) stream?.on('data', (text) => (said += String(text)));
  await until('the server', () => {
    if (server.exitCode !== null) throw new Error(`the server ended:\n${said}`);
    return said.includes('set up: ');
  });
  process.env['SSL_CERT_FILE'] = cert;
  const address = /set up: (\S+)/.exec(said)?.[1] ?? '';
  bearer = await linkThatCanNotBeRead(address);
}, 120_000);
afterAll(() => {
  server.kill('SIGKILL');
  terminal.ends();
  rmSync(folder, { recursive: true, force: true });
});

test('pages, wrong addresses and refusals get all that the observatory gives', async () => {
  const asks: Ask[] = [
    ...PAGES.map((path) => ({ path })),
    { path: '/' },
    { path: '/nowhere' },
    { path: '/api/links', headers: { accept: '*/*' } },
    {
      path: '/api/session',
      method: 'POST',
      headers: { 'content-length': String(3 << 20), 'content-type': 'application/json' },
    },
    { path: '/api/link', headers: { authorization: `Bearer ${bearer}` } },
  ];
  const seen = await observed({ asks, preloaded: false });
  expect(seen.map(({ status }) => status)).toEqual([200, 200, 200, 302, 404, 401, 413, 500]);
  expect(seen.flatMap(({ failed }) => failed)).toEqual([]);
  const scores = seen.map(({ score }) => score);
  const most = [...PAGES.map(() => 135), ...asks.slice(PAGES.length).map(() => 135 - WITHOUT_SCRIPT)];
  expect(scores).toEqual(most);
  // The rest to 140 is given to domains that browsers know to be https before they ask.
  const listed = await observed({ asks, preloaded: true });
  expect(listed.map(({ score }) => score)).toEqual(most.map((score) => score + 5));
});

/** Has an account and a link made, damages what the server keeps of its invitation, and says its link-auth. */
async function linkThatCanNotBeRead(setUpAddress: string): Promise<string> {
  const passphrase = terminal.passphrase();
  const who = ['--name', JO.name, '--display', 'Jo', '--recovery-out', terminal.at('sheet')];
  await terminal.dewdrop('setup', setUpAddress, ...who, '--passphrase-file', passphrase);
  const { url } = await terminal.dewdrop<{ url: string }>('link', '--passphrase-file', passphrase);
  const blobs = join(data, 'blobs');
  const invitations = readdirSync(blobs, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('/invitation'),
  );
  const [path = ''] = invitations.map((name) => join(blobs, name));
  const bytes = readFileSync(path);
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
  writeFileSync(path, bytes);
  return toBase64url(linkAuth(parseLink(url).secret));
}

function observed(wish: { asks: Ask[]; preloaded: boolean }): Promise<Seen[]> {
  const child = spawn('node', [join(import.meta.dirname, 'world/observe.mjs')], {
    env: { ...process.env, NODE_EXTRA_CA_CERTS: cert },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.end(JSON.stringify({ host: HOST, httpsPort: https, httpPort: http, ...wish }));
  return json(child.stdout) as Promise<Seen[]>;
}
