import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type MailCatcher, startMail } from '../stack/mail.ts';

let dir: string;
let mail: MailCatcher;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'portal-mail-'));
  mail = await startMail({ dir });
});

afterAll(async () => {
  await mail.stop();
  await rm(dir, { recursive: true });
});

/** Hands a mail over, a line for each answer (RFC 5321). */
function send(to: string, subject: string, body: string): Promise<void> {
  const lines = [
    'EHLO localhost',
    'MAIL FROM:<portal@example.org>',
    `RCPT TO:<${to}>`,
    'DATA',
    `From: portal@example.org\r\nTo: ${to}\r\nSubject: ${subject}\r\n\r\n${body}\r\n.`,
    'QUIT',
  ];
  return new Promise((resolve, reject) => {
    const socket = connect(mail.smtpPort, '127.0.0.1');
    socket.on('data', () => {
      const line = lines.shift();
      if (line) socket.write(`${line}\r\n`);
    });
    socket.on('error', reject).on('close', () => resolve());
  });
}

test('a mail is found by its address, in any case, with its links', async () => {
  await send('Zoe@Example.org', 'Verify email', 'Open http://localhost:8080/a?key=x.y&z=1 now.');
  const { subject, from, links } = await mail.waitForMail('zoe@example.org', {
    subject: /verify/i,
  });
  expect({ subject, from, links }).toEqual({
    subject: 'Verify email',
    from: 'portal@example.org',
    links: ['http://localhost:8080/a?key=x.y&z=1'],
  });
});

test('of several, the newest is given', async () => {
  await send('max@example.org', 'Verify email', 'first');
  await send('max@example.org', 'Verify email', 'second');
  const { text } = await mail.waitForMail('max@example.org', { count: 2 });
  expect(text.trim()).toBe('second');
});

test('a mail that does not come is said so, with those that did', async () => {
  await send('eve@example.org', 'Welcome', 'hello');
  await mail.waitForMail('eve@example.org');
  const waiting = mail.waitForMail('eve@example.org', { subject: 'Verify', seconds: 0 });
  await expect(waiting).rejects.toThrow(/No such mail to eve@example\.org .*"Welcome"/);
});
