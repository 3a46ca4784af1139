import { setTimeout as sleep } from 'node:timers/promises';

/** A mail that the catcher caught. */
export interface Mail {
  subject: string;
  from: string;
  to: string[];
  text: string;
  html: string;
  /** Every address in it, in order, each once. */
  links: string[];
  receivedAt: Date;
}

export interface Wanted {
  subject?: string | RegExp;
  /** How many such mails there must be; the newest is the one that is given. Default: 1. */
  count?: number;
  /** Default: 20. */
  seconds?: number;
}

/** The part of the catcher's answer that we read. */
interface Caught {
  subject: string;
  time: string;
  from: { address: string }[];
  envelope: { to: { address: string }[] };
  text?: string;
  html?: string;
}

/** All mails to an address, the oldest first. */
export async function mailsTo(catcher: string, address: string): Promise<Mail[]> {
  const response = await fetch(`${catcher}/api/email?sort=asc`);
  if (!response.ok) throw new Error(`The mail catcher answered ${response.status}.`);
  const caught = (await response.json()) as Caught[];
  const wanted = address.toLowerCase();
  return caught.map(toMail).filter((mail) => mail.to.includes(wanted));
}

/**
 * Waits for a mail to an address.
 *
 * @param catcher the address of the catcher's page.
 * @throws Error that says which mails there were, where it doesn't come in time.
 */
export async function waitForMail(
  catcher: string,
  address: string,
  { subject, count = 1, seconds = 20 }: Wanted = {},
): Promise<Mail> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const mails = await mailsTo(catcher, address);
    const fitting = mails.filter((mail) => fits(mail.subject, subject));
    const newest = fitting.at(-1);
    if (newest && fitting.length >= count) return newest;
    if (Date.now() > deadline) {
      const there = mails.map((mail) => JSON.stringify(mail.subject)).join(', ') || 'none';
      throw new Error(`No such mail to ${address} within ${seconds} seconds; there: ${there}.`);
    }
    await sleep(100);
  }
}

function fits(subject: string, wanted: string | RegExp | undefined): boolean {
  if (wanted === undefined) return true;
  return typeof wanted === 'string' ? subject.includes(wanted) : wanted.test(subject);
}

function toMail({ subject, time, from, envelope, text = '', html = '' }: Caught): Mail {
  return {
    subject,
    from: from[0]?.address ?? '',
    to: envelope.to.map(({ address }) => address.toLowerCase()),
    text,
    html,
    links: linksOf(text || html.replaceAll('&amp;', '&')),
    receivedAt: new Date(time),
  };
}

function linksOf(text: string): string[] {
  return [...new Set(text.match(/https?:\/\/[^\s"'<>]+/g) ?? [])];
}
