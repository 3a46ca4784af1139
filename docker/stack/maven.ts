import { run } from './commands.ts';

/**
 * Leaves an artifact in a folder. Maven takes it from the local repository, or fetches it there and checks it.
 *
 * @param artifact `group:artifact:version`, with `:zip` where it is no jar.
 */
export async function fromMaven(artifact: string, folder: string): Promise<void> {
  const goal = ['dependency:copy', `-Dartifact=${artifact}`, `-DoutputDirectory=${folder}`];
  await run('mvn', ['-q', '-B', ...goal]);
}
