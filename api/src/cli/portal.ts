import { type Command, type Terminal, WrongUsage } from './command.ts';
import { doctor } from './doctor.ts';
import { repair } from './repair.ts';
import { setup } from './setup.ts';

/** What `portal` can do. Each command has its own file. */
const COMMANDS: ReadonlyMap<string, Command> = new Map([
  ['setup', setup],
  ['repair', repair],
  ['doctor', doctor],
]);

const USAGE = `Usage: portal <command> [options]

${[...COMMANDS].map(([name, { summary }]) => `  ${name.padEnd(10)} ${summary}`).join('\n')}

  portal <command> --help   tells more of one of them
`;

/** @returns the exit code: 0 fine, 1 failed, 2 wrong usage. */
export async function portal(
  [name, ...args]: readonly string[],
  terminal: Terminal,
): Promise<0 | 1 | 2> {
  if (name === '--help' || name === '-h' || name === 'help') {
    terminal.print(USAGE);
    return 0;
  }
  const command = name === undefined ? undefined : COMMANDS.get(name);
  if (!command) {
    terminal.complain(name === undefined ? USAGE : `There is no command "${name}".\n\n${USAGE}`);
    return 2;
  }
  try {
    return await command.run(args, terminal);
  } catch (error) {
    if (!(error instanceof WrongUsage)) throw error;
    terminal.complain(`${error.message}\n\nSee: portal ${name} --help`);
    return 2;
  }
}

if (import.meta.main)
  process.exitCode = await portal(process.argv.slice(2), {
    variables: process.env,
    print: (text) => console.log(text),
    complain: (text) => console.error(text),
  });
