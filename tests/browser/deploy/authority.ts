/**
 * Those around a server on the internet: an authority that gives certificates (pebble, with the ACME of
 * Let's Encrypt), the names, and a browser that trusts the authority.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { FLAGS } from '../world/world.ts';
import { type Debian, here } from './debian.ts';

/** Where pebble answers, within the network of the Debian. */
export const DIRECTORY = 'https://127.0.0.1:14000/dir';
const MANAGEMENT = 15000;

export class Authority {
  readonly #debian: Debian;
  readonly #folder: string;
  readonly #ends: (() => void)[] = [];

  private constructor(debian: Debian) {
    this.#debian = debian;
    this.#folder = `${debian.folder}.authority`;
  }

  /** Stands near a Debian that runs, checks names as `name` → that Debian, and is trusted by it. */
  static async near(debian: Debian, name: string): Promise<Authority> {
    const authority = new Authority(debian);
    await authority.#begins(name);
    return authority;
  }

  async #begins(name: string): Promise<void> {
    const debian = this.#debian;
    rmSync(this.#folder, { recursive: true, force: true });
    mkdirSync(this.#folder, { recursive: true });
    const [own, key] = [this.#at('own.pem'), this.#at('own.key')];
    const subject = ['-subj', '/CN=authority', '-addext', 'subjectAltName=IP:127.0.0.1'];
    here(
      'openssl',
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-days',
      '2',
      ...subject,
      '-keyout',
      key,
      '-out',
      own,
    );
    const pebble = {
      listenAddress: '127.0.0.1:14000',
      managementListenAddress: `127.0.0.1:${MANAGEMENT}`,
      certificate: own,
      privateKey: key,
      httpPort: 80,
      tlsPort: 443,
    };
    writeFileSync(this.#at('pebble.json'), JSON.stringify({ pebble }));
    const names = [
      '-defaultIPv4',
      '127.0.0.1',
      '-defaultIPv6',
      '',
      '-dns01',
      '127.0.0.1:8053',
      '-management',
      '127.0.0.1:8055',
    ];
    // Its own port of management must be said: nothing would be port 80.
    const nothing = ['-http01', '', '-https01', '', '-tlsalpn01', ''];
    this.#ends.push(debian.stands('pebble-challtestsrv', [...names, ...nothing]));
    const checks = { PEBBLE_VA_NOSLEEP: '1', PEBBLE_WFE_NONCEREJECT: '0' };
    const config = ['-config', this.#at('pebble.json'), '-dnsserver', '127.0.0.1:8053'];
    this.#ends.push(debian.stands('pebble', config, checks));
    await debian.listens(14000);
    await debian.listens(MANAGEMENT);
    const roots = `https://127.0.0.1:${MANAGEMENT}/roots/0`;
    here(debian.wrapper('curl'), '-fsS', '--cacert', own, '-o', this.#at('root.pem'), roots);
    await debian.does('mkdir -p /usr/local/share/ca-certificates');
    for (const name of ['own', 'root'])
      debian.gets(this.#at(`${name}.pem`), `usr/local/share/ca-certificates/${name}.crt`);
    await debian.does(`echo 127.0.0.1 ${name} >>/etc/hosts; update-ca-certificates`);
  }

  /** A browser near the Debian that trusts what this authority signs, and nothing else that is new. */
  async browser(name: string): Promise<Browser> {
    const home = this.#at('home');
    const database = join(home, '.pki/nssdb');
    mkdirSync(database, { recursive: true });
    here('certutil', '-N', '-d', `sql:${database}`, '--empty-password');
    here(
      'certutil',
      '-A',
      '-d',
      `sql:${database}`,
      '-n',
      'authority',
      '-t',
      'C,,',
      '-i',
      this.#at('root.pem'),
    );
    return chromium.launch({
      executablePath: this.#debian.wrapper('/usr/bin/chromium'),
      args: [...FLAGS, `--host-resolver-rules=MAP ${name} 127.0.0.1`],
      env: { ...process.env, HOME: home },
    });
  }

  leaves(): void {
    for (const end of this.#ends) end();
  }

  /** Who signed the certificate that `name` shows. */
  signedBy(name: string): string {
    const asks = `openssl s_client -connect 127.0.0.1:443 -servername ${name} </dev/null 2>/dev/null`;
    return here(this.#debian.wrapper('bash'), '-c', `${asks} | openssl x509 -noout -issuer`).trim();
  }

  root(): string {
    return readFileSync(this.#at('root.pem'), 'utf8');
  }

  #at(name: string): string {
    return join(this.#folder, name);
  }
}
