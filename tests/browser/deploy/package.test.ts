/** The package on a fresh Debian: first where nothing runs, then with its systemd; and how it goes again. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { until } from '../world/until.ts';
import { BUILT, Debian } from './debian.ts';

const SLOW = 600_000;
const UNIT = readFileSync(join(import.meta.dirname, '../../../systemd/dewdrop.service'), 'utf8');
const DATA = 'var/lib/dewdrop';

let debian: Debian;

function brings(which: 'first' | 'next'): void {
  const folder = join(BUILT, 'packages', which);
  for (const name of readdirSync(folder)) debian.gets(join(folder, name), `root/${which}.deb`);
}

/** What the unit starts, with what it says of the environment, as its user. */
function started(): string {
  const all = (key: string) =>
    [...UNIT.matchAll(new RegExp(`^${key}=(.*)$`, 'gm'))].map(([, value]) => value);
  const files = all('EnvironmentFile').map((file) => `. ${file?.replace(/^-/, '')}`);
  const given = all('Environment').map((given) => `export ${given}`);
  const [user, start] = [all('User')[0], all('ExecStart')[0]];
  return `set -a; ${[...given, ...files].join('; ')}; exec setpriv --reuid ${user} --regid ${user} --clear-groups ${start}`;
}

beforeAll(async () => {
  debian = await Debian.fresh('package');
  brings('first');
  brings('next');
}, SLOW);

afterAll(() => debian?.halts());

test(
  'where no systemd runs it is installed, and starts as the unit would start it',
  async () => {
    const said = await debian.does('dpkg -i /root/first.deb', 'chroot');
    expect(said).toContain('next, say in /etc/dewdrop/dewdrop.env');
    const { mode } = statSync(debian.path(DATA));
    expect(mode & 0o777).toBe(0o700);
    await debian.does('echo DEWDROP_SERVER_LISTEN=127.0.0.1:0 >>/etc/dewdrop/dewdrop.env', 'chroot');
    const running: ChildProcess = spawn('chroot', [debian.folder, '/bin/bash', '-c', started()], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let origin = '';
    if (running.stdout) {
      createInterface({ input: running.stdout }).on('line', (line) => {
        origin ||= /^dewdrop: (http:\S+)/.exec(line)?.[1] ?? '';
      });
    }
    await until('it says where it is', () => origin !== '');
    expect((await fetch(`${origin}/healthz`)).status).toBe(200);
    running.kill('SIGTERM');
    await until('it stops', () => running.exitCode !== null);
    expect(running.exitCode).toBe(0);
    await debian.does("sed -i '/LISTEN=127.0.0.1:0/d' /etc/dewdrop/dewdrop.env", 'chroot');
  },
  SLOW,
);

test(
  'with systemd it starts by itself, and an update restarts it over the same keys',
  async () => {
    await debian.boots();
    const pid = () => debian.does('systemctl show --property MainPID --value dewdrop');
    expect(await debian.does('systemctl is-active dewdrop')).toBe('active\n');
    const [before, keys] = [await pid(), readFileSync(debian.path(`${DATA}/keys/root`))];
    await debian.does('dpkg -i /root/next.deb');
    expect(await debian.does('systemctl is-active dewdrop')).toBe('active\n');
    expect(await pid()).not.toBe(before);
    expect(readFileSync(debian.path(`${DATA}/keys/root`))).toEqual(keys);
  },
  SLOW,
);

test('systemd ends a server whose sweep hangs, and starts it again', async () => {
  await debian.does(`systemctl stop dewdrop; rm /${DATA}/last-sweep; mkfifo /${DATA}/last-sweep
    chown dewdrop: /${DATA}/last-sweep; mkdir -p /run/systemd/system/dewdrop.service.d
    printf '[Service]\\nWatchdogSec=1\\nRestartSec=1\\n' >/run/systemd/system/dewdrop.service.d/soon.conf
    systemctl daemon-reload; systemctl start dewdrop`);
  const restarts = () => debian.does('systemctl show --property NRestarts --value dewdrop');
  await until('it is restarted', async () => Number(await restarts()) > 0);
  expect(await debian.does('find / -xdev -type f -name core')).toBe('');
  await debian.does(`systemctl stop dewdrop; rm /${DATA}/last-sweep
    rm -r /run/systemd/system/dewdrop.service.d; systemctl daemon-reload; systemctl start dewdrop`);
});

test('removed, it stops and keeps everything, and says that nothing is erased any more', async () => {
  const said = await debian.does('dpkg --remove dewdrop');
  expect(said).toContain("'apt-get purge dewdrop' destroys all of it");
  expect((await debian.runs('pgrep -x dewdrop')).code).not.toBe(0);
  expect(existsSync(debian.path(`${DATA}/keys`))).toBe(true);
  expect(existsSync(debian.path('etc/dewdrop/dewdrop.env'))).toBe(true);
});

test('purged, the keys go first, then everything else', async () => {
  const said = await debian.does('dpkg --purge dewdrop');
  expect(said).toContain('destroyed the keys, then all that was received');
  expect(existsSync(debian.path(DATA))).toBe(false);
  expect(existsSync(debian.path('etc/dewdrop'))).toBe(false);
});
