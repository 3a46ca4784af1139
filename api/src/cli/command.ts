import { parseArgs } from 'node:util';
import { type Config, ConfigError, loadConfig } from '../config.ts';

/** What a command has of the world outside: nothing else reads the environment or prints. */
export interface Terminal {
  variables: Record<string, string | undefined>;
  print(text: string): void;
  complain(text: string): void;
}

export interface Command {
  /** One line, without a full stop. */
  summary: string;
  /** @throws WrongUsage */
  run(args: string[], terminal: Terminal): Promise<0 | 1>;
}

/** The command was called in a way that can't work, and has done nothing. */
export class WrongUsage extends Error {}

/** For a command without options. @throws WrongUsage */
export function wantsHelp(args: string[]): boolean {
  try {
    return parseArgs({ args, options: { help: { type: 'boolean', short: 'h', default: false } } })
      .values.help;
  } catch (error) {
    throw new WrongUsage(error instanceof Error ? error.message : String(error));
  }
}

/** The portal's own environment. @throws WrongUsage that names every bad variable. */
export function readConfig({ variables }: Terminal): Config {
  try {
    return loadConfig(variables);
  } catch (error) {
    if (error instanceof ConfigError) throw new WrongUsage(error.message);
    throw error;
  }
}
