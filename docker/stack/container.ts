import { createHash } from 'node:crypto';
import { run, type Say, tryRun } from './commands.ts';
import { type Service, startService } from './service.ts';

/** A Docker engine that answered. */
export interface Engine {
  /** Where a container reaches what listens on this machine's loopback. */
  loopback: string;
  /** Whether containers may use this machine's network as their own. */
  hostNetwork: boolean;
}

/** The Docker engine of this machine, or undefined where none answers. */
export async function findEngine(): Promise<Engine | undefined> {
  const format = '{{.OperatingSystem}}|{{.SecurityOptions}}|{{.ServerVersion}}';
  const info = await tryRun('docker', ['info', '--format', format], { seconds: 20 });
  const [system = '', security = '', version = ''] = info?.trim().split('|') ?? [];
  if (!version) return undefined;
  // In its machine, Docker Desktop has a network of its own and a name for ours; without root, a container can't reach our loopback at all.
  if (/docker desktop/i.test(system))
    return { loopback: 'host.docker.internal', hostNetwork: false };
  return security.includes('rootless') ? undefined : { loopback: '127.0.0.1', hostNetwork: true };
}

export interface ContainerStart {
  engine: Engine;
  /** What people call it. */
  name: string;
  image: string;
  /** Of what runs in it, after the image's own entry point. */
  args: readonly string[];
  env: Record<string, string>;
  /** Published on loopback where the container has a network of its own. */
  ports: readonly number[];
  /** Folder here, folder there. */
  volume: readonly [string, string];
  logFile: string;
  say: Say;
}

/**
 * Runs a container that goes when it ends. Its secrets reach it by the environment of `docker`, so that no list of processes shows them.
 *
 * @returns undefined where the image can't be had.
 */
export async function runContainer(start: ContainerStart): Promise<Service | undefined> {
  const { engine, name, image, args, env, ports, volume, logFile, say } = start;
  if ((await tryRun('docker', ['image', 'inspect', image], { seconds: 30 })) === undefined) {
    say(`fetching the image ${image}`);
    if ((await tryRun('docker', ['pull', '-q', image], { seconds: 1200 })) === undefined)
      return undefined;
  }
  const label = `portal-${createHash('sha256').update(volume[0]).digest('hex').slice(0, 12)}`;
  // One that a crash left behind would hold the data.
  await tryRun('docker', ['rm', '-f', label], { seconds: 60 });
  const service = await startService({
    name,
    command: 'docker',
    args: [
      ...['run', '--rm', '--name', label],
      // The images let the group 0 write where their servers do.
      ...['--user', `${process.getuid?.() ?? 0}:0`, '-v', volume.join(':')],
      ...(engine.hostNetwork
        ? ['--network', 'host']
        : ports.flatMap((port) => ['-p', `127.0.0.1:${port}:${port}`])),
      ...Object.keys(env).flatMap((variable) => ['-e', variable]),
      image,
      ...args,
    ],
    env: { ...process.env, ...env },
    logFile,
  });
  return {
    ...service,
    stop: async () => {
      await service.stop();
      await tryRun('docker', ['rm', '-f', label], { seconds: 60 });
    },
    signal: (signal) => void run('docker', ['kill', '-s', signal, label]),
  };
}
