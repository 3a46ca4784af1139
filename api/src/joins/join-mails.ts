import type { Config } from '../config.ts';
import type { Gateway } from '../keycloak/gateway.ts';
import { layOut } from '../mails/mail-layout.ts';
import type { MailSender, OutgoingMail } from '../mails/mail-sender.ts';
import { fill, mailLanguage, mailWords } from '../mails/mail-words.ts';
import type { Log } from '../plugins/logging.ts';
import { isPlainEmail } from '../typed-text.ts';
import { type JoinState, type JoinStore, REMEMBERED } from './join-store.ts';

/** Longer than asking Keycloak and sending may take. A mail whose sender died goes after it. */
const CLAIM_MS = 60_000;
const RETRY_MS = 60_000;
const AT_ONCE = 4;
/** How many a mail names. */
const NAMED = 20;

export type JoinMails = ReturnType<typeof createJoinMails>;

/**
 * Tells members who asked for it, by mail, who joined by their links: beside every request, one mail for all who joined
 * since the last, and again where it couldn't be sent. Who has looked in the portal meanwhile knows already.
 */
export function createJoinMails(parts: {
  config: Pick<Config, 'community' | 'publicUrl'>;
  store: JoinStore;
  gateway: Gateway;
  sender: MailSender;
  log: Log;
}) {
  const { config, store, gateway, sender, log } = parts;

  async function tell(member: string): Promise<void> {
    const state = await store.read(member, REMEMBERED);
    const news = state.latest.filter(({ joinedAt }) => joinedAt > state.mailedTo);
    const [newest] = news;
    const account = state.mails && newest ? await gateway.account(member) : undefined;
    // Only to an address that is known to be theirs.
    const isTheirs = account?.enabled && account.emailVerified && isPlainEmail(account.email);
    if (!newest || !account || !isTheirs) return store.dropMail(member);
    await sender.send({ to: account.email, ...joinMail(news, state.language, config) });
    await store.mailed(member, newest.joinedAt);
  }

  return {
    /** Sends what is due, a few at once. */
    async sendDue(): Promise<void> {
      const due = await store.claimMails(AT_ONCE, CLAIM_MS);
      await Promise.all(
        due.map((member) =>
          tell(member).catch(async (error: unknown) => {
            log.warn({ err: error }, 'A member could not be told who joined: tried again later');
            await store.retryMail(member, RETRY_MS);
          }),
        ),
      );
    },
  };
}

function joinMail(
  news: JoinState['latest'],
  asked: string,
  { community, publicUrl }: Pick<Config, 'community' | 'publicUrl'>,
): Omit<OutgoingMail, 'to'> {
  const language = mailLanguage(asked);
  const words = mailWords(language).joins;
  const names = news.slice(0, NAMED).map(({ name }) => name);
  const more = news.length > NAMED ? ['…'] : [];
  const all = new Intl.ListFormat(language).format([...names, ...more]);
  const say = (text: string) => fill(text, { community, name: names[0] ?? '', names: all });
  return {
    subject: say(news.length > 1 ? words.subjectMany : words.subject),
    ...layOut({
      language,
      title: say(words.title),
      lines: [],
      button: { words: say(words.button), url: `${publicUrl}/` },
      foot: say(words.foot),
    }),
  };
}
