/** A mail as it went over the wire. */
export interface RawMail {
  /** Of the envelope: who got it. */
  recipients: string[];
  /** Names of its headers, in lower case. */
  headers: string[];
  subject: string;
}

interface Caught {
  id: string;
  subject: string;
  envelope: { to: { address: string }[] };
}

/** Every mail that the catcher has for an address, whole. */
export async function rawMailsTo(catcher: string, address: string): Promise<RawMail[]> {
  const all: Caught[] = JSON.parse(await textOf(`${catcher}/api/email?sort=asc`));
  const wanted = address.toLowerCase();
  const theirs = all.filter(({ envelope }) =>
    envelope.to.some((to) => to.address.toLowerCase() === wanted),
  );
  return Promise.all(
    theirs.map(async ({ id, subject, envelope }) => ({
      recipients: envelope.to.map((to) => to.address.toLowerCase()),
      headers: headersOf(await textOf(`${catcher}/api/email/${id}/source`)),
      subject,
    })),
  );
}

/** RFC 5322, section 2.2: one a line, and what begins with white space belongs to the line before. */
function headersOf(source: string): string[] {
  const [head = ''] = source.split(/\r?\n\r?\n/);
  return head
    .split(/\r?\n(?![ \t])/)
    .map((line) => line.slice(0, line.indexOf(':')).toLowerCase())
    .sort();
}

async function textOf(url: string): Promise<string> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`The mail catcher answered ${response.status}.`);
  return response.text();
}
