import { ProblemError } from '../errors.ts';
import { type Command, readConfig, wantsHelp } from './command.ts';

const USAGE = `Usage: portal repair

Counts the uses of every link again from the accounts in Keycloak, each of which carries its link. For after a backup of
Redis was taken back: links that were spent since it was made would open again. Counts are raised, never lowered; a
second run changes nothing, and the portal may run meanwhile. Who invited whom is written anew as well: names as they
are now, and none of accounts that are gone.

Reads the portal's own environment. Ends with 0 if all is well, 1 if something failed, 2 if it was called wrongly.
`;

/** `portal repair`: makes Redis's counts agree with Keycloak. */
export const repair: Command = {
  summary: 'Count the uses of all links again, after a backup was taken back',
  async run(args, terminal) {
    if (wantsHelp(args)) {
      terminal.print(USAGE);
      return 0;
    }
    const config = readConfig(terminal);
    // Other commands do without all that the portal is made of.
    const [{ createParts }, { connectRedis }, { repairCounts }] = await Promise.all([
      import('../parts.ts'),
      import('../redis/connection.ts'),
      import('../registrations/repair.ts'),
    ]);
    const parts = createParts(config, { warn: () => {}, error: () => {} });
    // What goes wrong is said once, below.
    parts.redis.on('error', () => {});
    try {
      await connectRedis(parts.redis);
      const { accounts, counted, unknown } = await repairCounts(parts);
      terminal.print(`Accounts that came by a link: ${accounts}. Counted again: ${counted}.`);
      if (unknown.size > 0)
        terminal.print(
          `Links that accounts speak of and Redis hasn’t (any more): ${unknown.size}.`,
        );
      return 0;
    } catch (error) {
      terminal.complain(explained(error));
      return 1;
    } finally {
      await parts.stop();
      parts.redis.disconnect();
    }
  },
};

function explained(error: unknown): string {
  if (error instanceof ProblemError) return `${error.message} Nothing is lost: run it again.`;
  return 'Redis can’t be reached at the address that the environment says. Nothing was changed.';
}
