import type { Config } from '../config.ts';
import { createGateway } from '../keycloak/gateway.ts';
import { createRealmKeys } from '../keycloak/realm-keys.ts';
import { connectRedis, createRedis } from '../redis/connection.ts';
import { durabilityWarnings } from '../redis/durability.ts';
import { type Command, readConfig, type Terminal, wantsHelp } from './command.ts';

const USAGE = `Usage: portal doctor

Says whether what the portal stands on is there and set right: Redis (whether it answers, and keeps what it is given), the
realm's keys, and the service account. Changes nothing.

Reads the portal's own environment. Ends with 0 if all is well, 1 if something is not, 2 if it was called wrongly.
`;

interface Finding {
  isRight: boolean;
  /** Where it isn't right, with the step that mends it. */
  says: string;
}

const right = (says: string): Finding => ({ isRight: true, says });
const wrong = (says: string): Finding => ({ isRight: false, says });

/** `portal doctor`: what would keep the portal from working, or make it forget. */
export const doctor: Command = {
  summary: 'Say whether Redis and the realm are there, and set right',
  async run(args, terminal) {
    if (wantsHelp(args)) {
      terminal.print(USAGE);
      return 0;
    }
    const config = readConfig(terminal);
    const findings = await Promise.all([redisFindings(config), realmFindings(config)]);
    return tell(findings.flat(), terminal);
  },
};

function tell(findings: readonly Finding[], terminal: Terminal): 0 | 1 {
  for (const { isRight, says } of findings) terminal.print(`${isRight ? 'ok  ' : 'fail'}  ${says}`);
  return findings.every(({ isRight }) => isRight) ? 0 : 1;
}

async function redisFindings({ redis: config }: Config): Promise<Finding[]> {
  const redis = createRedis(config);
  // What is wrong is said once, below.
  redis.on('error', () => {});
  try {
    await connectRedis(redis);
    const warnings = await durabilityWarnings(redis);
    return [
      right('Redis answers'),
      ...(warnings.length > 0
        ? warnings.map(wrong)
        : [right('Redis keeps what it is given, as far as it tells')]),
    ];
  } catch {
    return [wrong('Redis does not answer: see REDIS_URL, and whether it runs')];
  } finally {
    redis.disconnect();
  }
}

async function realmFindings({ keycloak }: Config): Promise<Finding[]> {
  const keys = createRealmKeys(keycloak, { warn: () => {} });
  const gateway = createGateway(keycloak);
  const finding = (asked: Promise<unknown>, good: string, bad: string) =>
    asked.then(
      () => right(good),
      () => wrong(bad),
    );
  return Promise.all([
    finding(
      keys.issuer(),
      'The realm’s keys can be had',
      'The realm’s keys can’t be had: see KEYCLOAK_URL, KEYCLOAK_INTERNAL_URL and KEYCLOAK_REALM',
    ),
    finding(
      gateway.ping(),
      'The service account is let in',
      'The service account is not let in: see KEYCLOAK_CLIENT_ID and its secret, or run portal setup',
    ),
  ]);
}
