import type { Transporter } from 'nodemailer';
import type { MailConfig } from '../config-values.ts';
import { ProblemError } from '../errors.ts';
import type { Log } from '../plugins/logging.ts';

/** A mail of the portal's own. Everything in it may be hostile text. */
export interface OutgoingMail {
  /** A plain address: see `isPlainEmail`. */
  to: string;
  subject: string;
  text: string;
  html: string;
}

/** `refused`: the mail server takes no mail for that address. */
export type MailOutcome = 'sent' | 'refused';

export type MailSender = ReturnType<typeof createMailSender>;

const LOOPBACK = new Set(['localhost', '127.0.0.1', '::1']);
const LONGEST_SUBJECT = 200;

/**
 * Sends by the community's mail server. Knows nothing of links and members.
 *
 * @param timeoutMs longest that sending one may take.
 */
export function createMailSender(
  { host, port, secure, auth, from }: MailConfig,
  timeoutMs: number,
  log: Log,
) {
  let transport: Promise<Transporter> | undefined;

  /** Loaded with the first mail: most of the time there is none to send. */
  async function open(): Promise<Transporter> {
    const { createTransport } = await import('nodemailer');
    return createTransport({
      ...{ host, port, secure },
      ...(auth && { auth }),
      // A password never goes over the network in the clear.
      requireTLS: auth !== undefined && !LOOPBACK.has(host),
      disableFileAccess: true,
      disableUrlAccess: true,
      connectionTimeout: timeoutMs,
      dnsTimeout: timeoutMs,
      greetingTimeout: timeoutMs,
      socketTimeout: timeoutMs,
    });
  }

  async function deliver({ to, subject, text, html }: OutgoingMail): Promise<unknown> {
    transport ??= open();
    return (await transport).sendMail({
      // It writes into what it is given.
      from: { ...from },
      // Not a text, which would be read as a list of addresses.
      to: { name: '', address: to },
      envelope: { from: from.address, to: [to] },
      subject: oneLine(subject),
      ...{ text, html },
      headers: { 'Auto-Submitted': 'auto-generated' },
      xMailer: false,
    });
  }

  return {
    /**
     * @throws ProblemError `mail-away` where the mail server is away, or takes no mail of ours now. It may have left all
     *   the same, where the answer alone was lost.
     */
    async send(mail: OutgoingMail): Promise<MailOutcome> {
      const late = Promise.withResolvers<never>();
      const timer = setTimeout(() => late.reject(new Error('Too slow')), timeoutMs);
      const delivery = deliver(mail);
      delivery.catch(() => undefined);
      try {
        await Promise.race([delivery, late.promise]);
        return 'sent';
      } catch (error) {
        // What the server says may quote the mail, and so the link: only its numbers are logged.
        const { code, responseCode = 0, command }: SmtpError = isSmtpError(error) ? error : {};
        log.warn({ code, responseCode, command }, 'A mail was not sent');
        if (command === 'RCPT TO' && responseCode >= 500) return 'refused';
        throw new ProblemError('mail-away');
      } finally {
        clearTimeout(timer);
      }
    },
  };
}

/** Line breaks would begin another header. */
function oneLine(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();
  return [...line].slice(0, LONGEST_SUBJECT).join('');
}

interface SmtpError {
  /** Nodemailer's name for what went wrong. */
  code?: string;
  /** The server's number (RFC 5321, section 4.2). */
  responseCode?: number;
  /** To what it said so. */
  command?: string;
}

function isSmtpError(error: unknown): error is SmtpError {
  return error instanceof Error && 'code' in error;
}
