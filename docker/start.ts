import { styleText } from 'node:util';
import { type DemoPerson, furnishDemo } from './stack/demo.ts';
import { type Keycloak, startKeycloak } from './stack/keycloak.ts';
import { startMail } from './stack/mail.ts';
import { buildPages } from './stack/pages.ts';
import {
  inPlace,
  keptSecret,
  logFile,
  makePlace,
  PLACE,
  runningAlready,
  sayRunning,
  sayStopped,
} from './stack/place.ts';
import {
  type Addresses,
  portalEnvironment,
  REALM,
  setUpRealm,
  startApi,
  startVite,
} from './stack/portal.ts';
import { portFrom } from './stack/ports.ts';
import { step } from './stack/progress.ts';
import { answersPing, startRedis } from './stack/redis.ts';
import type { Service } from './stack/service.ts';
import { createWebServer } from './web-server.ts';

/** Whether it is for somebody who changes the code: then what is changed is seen at once. */
const isDevelopment = process.argv.includes('--dev');

const PORTS = { portal: 8000, api: 8001, keycloak: 8080, mail: 1080, smtp: 1025, redis: 6379 };
type Ports = typeof PORTS;

/** What stops with us; the last to come is the first to go. */
const running: { stop(): Promise<unknown> }[] = [];
let isStopping = false;

/** Once, however often it is asked for: npm passes a Ctrl-C on that the terminal has sent us already. */
async function stopAll(exitCode: number): Promise<void> {
  if (isStopping) return;
  isStopping = true;
  console.log('\nStopping …');
  for (const { stop } of running.reverse()) await stop().catch(() => {});
  sayStopped();
  console.log('Stopped. What was made is kept for the next start.');
  process.exit(exitCode);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => void stopAll(0));

/** Remembers a server, and stops all the others where it ends by itself. */
function watch<S extends Service>(service: S): S {
  running.push(service);
  service.ended.then((how) => {
    if (isStopping) return;
    console.error(`\n${service.name} ${how}. Its log: ${service.logFile}`);
    void stopAll(1);
  });
  return service;
}

/** The usual ports, or the next ones where they are taken; says which were moved. */
async function choosePorts(): Promise<Ports> {
  const ports = { ...PORTS };
  for (const name of ['portal', 'api', 'keycloak', 'mail', 'smtp', 'redis'] as const) {
    ports[name] = await portFrom(PORTS[name]);
    if (ports[name] !== PORTS[name])
      console.log(`Port ${PORTS[name]} is taken: ${name} goes to ${ports[name]}.`);
  }
  return ports;
}

/** The Redis that `REDIS_URL` names, where it answers, or else one of ours. */
async function findRedis(port: number): Promise<string> {
  const named = process.env.REDIS_URL;
  if (named) {
    if (await answersPing(named)) {
      console.log('✔ Redis: the one that REDIS_URL names');
      return named;
    }
    console.log('No Redis answers at what REDIS_URL names: one of our own is started.');
  }
  const redis = await step(
    'Redis',
    (say) =>
      startRedis({
        dir: inPlace('redis'),
        port,
        durable: true,
        docker: true,
        logFile: logFile('redis'),
        say,
      }),
    ({ port }) => `Redis on port ${port}`,
  );
  return watch(redis).url;
}

function demoPeople(): DemoPerson[] {
  const password = (name: string) => `${name}-${keptSecret(`password-of-${name}`, 6)}`;
  return [
    {
      username: 'ada',
      firstName: 'Ada',
      lastName: 'Lovelace',
      password: password('ada'),
      groups: [],
    },
    {
      username: 'grace',
      firstName: 'Grace',
      lastName: 'Hopper',
      password: password('grace'),
      groups: ['/Administrators'],
    },
  ];
}

async function startPages(addresses: Addresses, port: number): Promise<void> {
  if (isDevelopment) {
    watch(await startVite(port, addresses.apiPort));
    return;
  }
  const { publicUrl, keycloakUrl, apiPort } = addresses;
  const server = await createWebServer({
    publicUrl,
    keycloakUrl,
    apiUrl: `http://127.0.0.1:${apiPort}`,
  });
  await server.listen({ host: '127.0.0.1', port });
  running.push({ stop: () => server.close() });
}

function welcome({ publicUrl }: Addresses, mailUrl: string, keycloak: Keycloak): void {
  const people = demoPeople();
  const bold = (text: string) => styleText('bold', text);
  console.log(`
${bold('The portal is running.')} Open ${bold(publicUrl)}

Sign in as
  ${people[0]?.username.padEnd(8)}${people[0]?.password}   a member
  ${people[1]?.username.padEnd(8)}${people[1]?.password}   an administrator

  Mails     ${mailUrl}   every mail that the realm sends ends here
  Keycloak  ${keycloak.url}/admin/${REALM}/console   as ${keycloak.adminUsername}; the password is in ${inPlace('keycloak/admin-password')}
  Data      ${PLACE}   without this folder, the next start begins anew; logs are in it

Ctrl-C stops all of it.`);
}

async function start(): Promise<void> {
  const other = runningAlready();
  if (other) {
    console.error(`The portal runs from this folder already: ${other}`);
    process.exit(1);
  }
  makePlace();
  const ports = await choosePorts();
  const publicUrl = `http://localhost:${ports.portal}`;
  sayRunning(publicUrl);

  const redisUrl = await findRedis(ports.redis);
  const mail = watch(
    await step(
      'Mail catcher',
      () =>
        startMail({
          dir: inPlace('mail'),
          port: ports.mail,
          smtpPort: ports.smtp,
          logFile: logFile('mail'),
        }),
      ({ url }) => `Mail catcher at ${url}`,
    ),
  );
  const keycloak = watch(
    await step(
      'Keycloak',
      (say) =>
        startKeycloak({
          dataDir: inPlace('keycloak'),
          port: ports.keycloak,
          docker: true,
          logFile: logFile('keycloak'),
          say,
        }),
      ({ url }) => `Keycloak at ${url}`,
    ),
  );

  const addresses = {
    ...{ publicUrl, apiPort: ports.api, keycloakUrl: keycloak.url, redisUrl },
    smtpPort: mail.smtpPort,
  };
  const env = portalEnvironment(addresses, isDevelopment);
  await step('The realm', async (say) => {
    say('portal setup');
    await setUpRealm(keycloak, env);
    say('demo people');
    await furnishDemo(keycloak, { realm: REALM, smtpPort: mail.smtpPort, people: demoPeople() });
  });
  if (!isDevelopment) await step('The pages', buildPages);
  watch(await step('The API', () => startApi(env, isDevelopment)));
  await startPages(addresses, ports.portal);
  welcome(addresses, mail.url, keycloak);
}

start().catch(async (error: Error) => {
  if (isStopping) return;
  console.error(`\n${error.message}`);
  await stopAll(1);
});
