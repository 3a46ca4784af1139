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
