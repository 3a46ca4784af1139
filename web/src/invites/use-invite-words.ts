import type { Invite } from '@portal/shared';
import { useTimes } from '../i18n/times.ts';
import { useWords } from '../i18n/words.ts';

/** An invite in words. */
export function useInviteWords() {
  const { t } = useWords();
  const { day, shortDay, relative, exact, list, number } = useTimes();

  const title = (invite: Invite) =>
    invite.label || t('ticket.untitled', { date: shortDay(invite.createdAt) });

  /** When it ends or ended, with the exact time for a title. */
  function ending(invite: Invite): { text: string; exact?: string } | undefined {
    const { status, expiresAt, revokedAt } = invite;
    if (status === 'revoked' && revokedAt)
      return { text: t('ticket.revokedAt', { date: day(revokedAt) }), exact: exact(revokedAt) };
    if (status === 'used-up') return undefined;
    if (status === 'paused') return { text: t('ticket.pausedText') };
    if (expiresAt === null) return { text: t('ticket.endsNever') };
    const named = { date: day(expiresAt), relative: relative(expiresAt) };
    const ended = new Date(expiresAt) <= new Date();
    return { text: t(ended ? 'ticket.endedAt' : 'ticket.ends', named), exact: exact(expiresAt) };
  }

  function uses({ uses, maxUses, status }: Invite): { count: string; joined: string } {
    const ended = status === 'expired' || status === 'revoked';
    return {
      count:
        maxUses === null || ended
          ? number(uses)
          : t('ticket.of', { uses: number(uses), max: number(maxUses) }),
      joined: ended ? t('ticket.hadJoined') : t('ticket.joined', {}, uses),
    };
  }

  const groups = (invite: Invite) => list(invite.groups);
  return { title, ending, uses, groups };
}
