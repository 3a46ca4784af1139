import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Mail, mailsTo, type Wanted, waitForMail } from './mail-reader.ts';
import { freePort } from './ports.ts';
import { answersHttp, type Service, startService, untilReady } from './service.ts';

export interface MailOptions {
  /** Keeps the mails. Made where it isn't there. */
  dir: string;
  /** Of the page. Default: a free one. */
  port?: number;
  /** Default: a free one. */
  smtpPort?: number;
  /** Default: `mail.log` in `dir`. */
  logFile?: string;
}

export interface MailCatcher extends Service {
  /** Of its page and its API, without a slash at its end. */
  url: string;
  port: number;
  smtpPort: number;
  mailsTo(address: string): Promise<Mail[]>;
  waitForMail(address: string, wanted?: Wanted): Promise<Mail>;
}

const KEPT = 1000;
/** By its path: it offers no module to resolve to, and test runners resolve none for us. */
const MAILDEV = fileURLToPath(
  new URL('../node_modules/maildev/dist/bin/maildev.js', import.meta.url),
);

/**
 * Starts a mail server on loopback that keeps what it gets and sends nothing on, with a page to read it.
 *
 * @throws StackError that says what failed and where its log is.
 */
export async function startMail(options: MailOptions): Promise<MailCatcher> {
  const dir = resolve(options.dir);
  const port = options.port ?? (await freePort());
  const smtpPort = options.smtpPort ?? (await freePort());
  await mkdir(dir, { recursive: true });
  const service = await startService({
    name: 'The mail catcher',
    command: process.execPath,
    args: [
      MAILDEV,
      ...['--ip', '127.0.0.1', '--smtp', String(smtpPort)],
      ...['--web-ip', '127.0.0.1', '--web', String(port)],
      ...['--mail-directory', join(dir, 'mails'), '--max-emails', String(KEPT)],
    ],
    // It looks for settings in its folder and in the environment.
    cwd: dir,
    env: Object.fromEntries(
      Object.entries(process.env).filter(([name]) => !name.startsWith('MAILDEV_')),
    ),
    logFile: resolve(options.logFile ?? join(dir, 'mail.log')),
  });
  const url = `http://127.0.0.1:${port}`;
  await untilReady(service, () => answersHttp(`${url}/api/healthz`), 60);
  return {
    ...service,
    url,
    port,
    smtpPort,
    mailsTo: (address) => mailsTo(url, address),
    waitForMail: (address, wanted) => waitForMail(url, address, wanted),
  };
}
