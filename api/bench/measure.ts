import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../src/config.ts';
import { portalEnvironment } from '../test/support/portal.ts';
import { createRealm, type TestMember, type TestRealm } from '../test/support/realm.ts';
import { fill } from './fill.ts';
import { accountsPerSecond, type Load, post, requestsPerSecond } from './load.ts';
import { type Process, start } from './processes.ts';
import type { Results } from './report.ts';

/** How much of everything: whole, or just to see that it runs. */
const WHOLE = {
  rounds: 5,
  seconds: 3,
  accounts: 32,
  memoryMinutes: 10,
  invites: { lookup_1: 1, lookup_1k: 1000, lookup_100k: 100_000, lookup_1m: 1_000_000 },
  own: { list_100: 100, list_100k: 100_000 },
};
const QUICK: typeof WHOLE = {
  rounds: 1,
  seconds: 1,
  accounts: 8,
  memoryMinutes: 0.1,
  invites: { lookup_1: 1, lookup_1k: 100, lookup_100k: 1000, lookup_1m: 2000 },
  own: { list_100: 100, list_100k: 1000 },
};

const MEMORY_SAMPLES = 60;

type Note = (name: string, value: number, unit: string) => void;

const say = (line: string) => process.stderr.write(`${line}\n`);

export async function measure(isQuick: boolean): Promise<Results> {
  const size = isQuick ? QUICK : WHOLE;
  const results: Results = {};
  const note: Note = (name, value, unit) => {
    results[name] ??= { unit, values: [] };
    results[name].values.push(value);
  };
  const realm = await createRealm({ newRealm: { accessTokenLifespan: 86_400 } });
  const processes = createProcesses(realm);
  try {
    await measureStart(processes, size.rounds, note);
    const ada = await realm.member('ada');
    const baseline = await processes.baseline();
    const portal = await processes.portal('bench-main:');
    note('memory_start_mb', await portal.memory(), 'MB');
    const loads = {
      fastify_bare: { url: `${baseline.url}/bare` },
      fastify_redis: { url: `${baseline.url}/redis` },
      fastify_redis_post: {
        url: `${baseline.url}/redis`,
        method: 'POST' as const,
        bodies: [{ token: 'x'.repeat(43) }],
      },
      ...(await memberLoads(portal.url, ada)),
      ...(await lookupLoads(processes, size.invites, ada)),
      ...(await listLoads(processes, portal.url, size.own, realm)),
    };
    await measureRequests(loads, size, note);
    await measureSignUps(portal.url, baseline.url, await ada.token(), size, note);
    await measureMemory(portal, await memberLoads(portal.url, ada), size.memoryMinutes, note);
  } finally {
    await processes.stop();
    await realm.remove();
  }
  return results;
}

/** Our programs in front of one realm, each portal with keys of its own in Redis. */
function createProcesses(realm: TestRealm) {
  const all: Process[] = [];
  const environmentOf = (prefix: string) => ({
    ...portalEnvironment(realm),
    LOG_LEVEL: 'warn',
    RATE_LIMIT: '1000000000',
    RATE_LIMIT_PER_LINK: '1000000000',
    REDIS_PREFIX: prefix,
    NODE_COMPILE_CACHE: join(tmpdir(), 'portal-bench-cache'),
  });
  const add = (started: Process) => {
    all.push(started);
    return started;
  };
  return {
    config: (prefix: string) => loadConfig(environmentOf(prefix)),
    portal: async (prefix: string) =>
      add(await start('../src/server.ts', environmentOf(prefix), '/readyz')),
    baseline: async () => add(await start('baseline.ts', environmentOf('bench-base:'), '/bare')),
    stop: async () => {
      await Promise.all(all.map((one) => one.stop()));
    },
  };
}

type Processes = ReturnType<typeof createProcesses>;

async function measureStart({ portal }: Processes, rounds: number, note: Note): Promise<void> {
  // The first one fills the compile cache.
  await (await portal('bench-start:')).stop();
  for (let round = 0; round < rounds; round++) {
    const started = await portal('bench-start:');
    note('ready_ms', started.readyMs, 'ms');
    await started.stop();
  }
}

async function memberLoads(url: string, member: TestMember): Promise<Record<string, Load>> {
  const token = await member.token();
  return {
    me: { url: `${url}/api/v1/me`, token },
    create: {
      url: `${url}/api/v1/invites`,
      method: 'POST',
      token,
      bodies: [{ label: 'Loom group', maxUses: 5 }],
    },
  };
}

/** One portal a size, so that all sizes can be measured in turns. */
async function lookupLoads(
  { config, portal }: Processes,
  sizes: Record<string, number>,
  maker: TestMember,
): Promise<Record<string, Load>> {
  const loads: Record<string, Load> = {};
  for (const [name, count] of Object.entries(sizes)) {
    say(`filling in ${count} links`);
    const prefix = `bench-${name}:`;
    const tokens = await fill(config(prefix), count, maker.id);
    const { url } = await portal(prefix);
    loads[name] = {
      url: `${url}/api/v1/invites/lookup`,
      method: 'POST',
      bodies: tokens.map((token) => ({ token })),
    };
  }
  return loads;
}

/** Members of one portal: one with few links of their own, one with many. */
async function listLoads(
  { config }: Processes,
  url: string,
  sizes: Record<string, number>,
  realm: TestRealm,
): Promise<Record<string, Load>> {
  const loads: Record<string, Load> = {};
  for (const [name, count] of Object.entries(sizes)) {
    say(`filling in ${count} links of one member's own`);
    const member = await realm.member(name.replace('_', '.'));
    await fill(config('bench-main:'), count, member.id);
    loads[name] = { url: `${url}/api/v1/invites?limit=50`, token: await member.token() };
  }
  return loads;
}

async function measureRequests(
  loads: Record<string, Load>,
  { rounds, seconds }: typeof WHOLE,
  note: Note,
): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    say(`requests, round ${round + 1} of ${rounds}`);
    for (const [name, load] of inTurns(Object.entries(loads), round))
      note(name, await requestsPerSecond(load, seconds), 'requests/s');
  }
}

async function measureSignUps(
  portal: string,
  baseline: string,
  token: string,
  { rounds, accounts }: typeof WHOLE,
  note: Note,
): Promise<void> {
  const { url } = await post<{ url: string }>(`${portal}/api/v1/invites`, { maxUses: null }, token);
  const link = url.split('#')[1];
  const person = (name: string) => ({
    username: name,
    email: `${name}@example.org`,
    firstName: 'Grace',
    lastName: 'Hopper',
    password: 'correct horse battery',
  });
  const turns = [
    { name: 'signup', url: `${portal}/api/v1/registrations`, more: { token: link } },
    { name: 'direct', url: `${baseline}/direct`, more: {} },
  ];
  for (let round = 0; round < rounds; round++) {
    say(`sign-ups, round ${round + 1} of ${rounds}`);
    for (const concurrency of [1, 8])
      for (const { name, url: where, more } of inTurns(turns, round)) {
        const body = (username: string) => ({ ...more, ...person(username) });
        const count = concurrency === 1 ? accounts / 2 : accounts;
        const rate = await accountsPerSecond(where, count, concurrency, body);
        note(`${name}_c${concurrency}`, rate, 'accounts/s');
      }
  }
}

/** Resident memory in the last tenth of a steady load, and what it gains a minute in the second half of it. */
async function measureMemory(
  { memory }: Process,
  loads: Record<string, Load>,
  minutes: number,
  note: Note,
): Promise<void> {
  say(`memory, ${minutes} minutes`);
  const samples: { minute: number; mb: number }[] = [];
  const seconds = Math.max(1, (minutes * 60) / MEMORY_SAMPLES / Object.keys(loads).length);
  const began = performance.now();
  const minute = () => (performance.now() - began) / 60_000;
  while (minute() < minutes) {
    for (const load of Object.values(loads)) await requestsPerSecond(load, seconds);
    samples.push({ minute: minute(), mb: await memory() });
  }
  const last = samples.slice(-Math.ceil(samples.length / 10));
  for (const { mb } of last) note('memory_mb', mb, 'MB');
  note('memory_slope', slope(samples.slice(samples.length >> 1)), 'MB/minute');
}

/** By least squares. */
function slope(samples: readonly { minute: number; mb: number }[]): number {
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [x, y] = [mean(samples.map(({ minute }) => minute)), mean(samples.map(({ mb }) => mb))];
  const over = samples.reduce((sum, { minute, mb }) => sum + (minute - x) * (mb - y), 0);
  const under = samples.reduce((sum, { minute }) => sum + (minute - x) ** 2, 0);
  return under === 0 ? 0 : over / under;
}

/** The machine's speed drifts: who comes first in one round comes last in the next. */
function inTurns<T>(all: readonly T[], round: number): T[] {
  return round % 2 === 0 ? [...all] : [...all].reverse();
}
