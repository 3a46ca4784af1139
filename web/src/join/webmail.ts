const INBOXES: Record<string, string> = {
  'gmail.com': 'https://mail.google.com/',
  'googlemail.com': 'https://mail.google.com/',
  'outlook.com': 'https://outlook.live.com/mail/',
  'hotmail.com': 'https://outlook.live.com/mail/',
  'live.com': 'https://outlook.live.com/mail/',
  'yahoo.com': 'https://mail.yahoo.com/',
  'icloud.com': 'https://www.icloud.com/mail/',
  'proton.me': 'https://mail.proton.me/',
  'protonmail.com': 'https://mail.proton.me/',
  'gmx.de': 'https://www.gmx.net/',
  'gmx.net': 'https://www.gmx.net/',
  'web.de': 'https://web.de/',
  'posteo.de': 'https://posteo.de/',
  'mailbox.org': 'https://mailbox.org/',
  'orange.fr': 'https://messagerie.orange.fr/',
};

/** Where an address's mail is read, for the few providers that many use; a guess would send people astray. */
export function webmailFor(email: string): string | undefined {
  const domain = email.slice(email.lastIndexOf('@') + 1).toLowerCase();
  return Object.hasOwn(INBOXES, domain) ? INBOXES[domain] : undefined;
}
