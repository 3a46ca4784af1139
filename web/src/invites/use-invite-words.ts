import type { Invite } from '@portal/shared';
import { useTimes } from '../i18n/times.ts';
import { useWords } from '../i18n/words.ts';

/** A group's path as people say it: `looms`, `guests/looms`. */
export const groupName = (path: string) => path.replace(/^\//, '');

/** An invite in words. */
export function useInviteWords() {
  const { t } = useWords();
  const { day, shortDay, relative, exact, list, number } = useTimes();

  /** @param mine whether it is the reader's own; another's says whose it is. */
  function title({ label, createdAt, createdBy }: Invite, mine: boolean): string {
    if (label) return label;
    const date = shortDay(createdAt);
    return mine
      ? t('ticket.untitled', { date })
      : t('ticket.untitledBy', { name: createdBy.name, date });
  }

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
      joined: ended ? t('ticket.hadJoined', {}, uses) : t('ticket.joined', {}, uses),
    };
  }

  const groups = (invite: Invite) => list(invite.groups.map(groupName));
  return { title, ending, uses, groups };
}
