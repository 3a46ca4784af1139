import type { InviteMail } from '@portal/shared';
import type { Config } from '../config.ts';
import { fieldProblem, ProblemError } from '../errors.ts';
import { layOut } from '../mails/mail-layout.ts';
import type { MailSender, OutgoingMail } from '../mails/mail-sender.ts';
import { fill, mailLanguage, mailTime, mailWords } from '../mails/mail-words.ts';
import type { Member } from '../plugins/authentication.ts';
import { fitsBinding, isDomain, isPlainEmail, tidy } from '../typed-text.ts';
import type { InviteService } from './invite-service.ts';
import type { StoredInvite } from './invite-store.ts';

export type InviteMails = ReturnType<typeof createInviteMails>;

/** Mails links for their makers. */
export function createInviteMails(parts: {
  config: Pick<Config, 'community'>;
  invites: InviteService;
  /** Undefined: no mail server is configured. */
  sender: MailSender | undefined;
}) {
  const { config, invites, sender } = parts;

  return {
    /**
     * @param count counts a mail that would be sent, and throws where there were too many.
     * @throws ProblemError: `not-found`, also where no mail server is configured; `not-yours`; how the link ended;
     *   `invalid-input` where the address may not join by it, or the mail server takes none for it; `mail-away`.
     */
    async send(
      id: string,
      member: Member,
      input: InviteMail,
      count: () => Promise<void>,
    ): Promise<void> {
      const { invite, url } = await invites.ownOpen(id, member);
      if (!sender) throw new ProblemError('not-found');
      const email = tidy(input.email);
      if (!isPlainEmail(email)) throw fieldProblem('email', 'email');
      if (invite.email !== null && !fitsBinding(email, invite.email))
        throw fieldProblem('email', isDomain(invite.email) ? 'email-domain' : 'email-bound');
      await count();
      const mail = inviteMail(invite, url, config.community, input.language);
      if ((await sender.send({ to: email, ...mail })) === 'refused')
        throw fieldProblem('email', 'undeliverable');
    },
  };
}

/** Who invites into what, until when, and in their own words. */
export function inviteMail(
  { creatorName, message, expiresAt, email }: StoredInvite,
  url: string,
  community: string,
  asked: string,
): Omit<OutgoingMail, 'to'> {
  const language = mailLanguage(asked);
  const words = mailWords(language).invite;
  const say = (text: string) => fill(text, { inviter: creatorName, community });
  const lines = [
    ...(expiresAt === null ? [] : [fill(words.until, { date: mailTime(language, expiresAt) })]),
    ...(email !== null && !isDomain(email) ? [words.only] : []),
  ];
  const content = {
    ...{ language, lines, title: say(words.title), foot: say(words.foot) },
    ...(message !== '' && { quote: { by: say(words.writes), text: message } }),
    button: { words: say(words.button), url },
  };
  return { subject: say(words.subject), ...layOut(content) };
}
