import type { Invite, InviteChange, Joins, NewInvite } from '@portal/shared';
import { flushPromises } from '@vue/test-utils';
import type { InviteFilter } from '../api/invites.ts';
import InvitesView from '../invites/InvitesView.vue';
import { useConfigStore } from '../shell/config-store.ts';
import { anInvite } from './invites.ts';
import { ada, config, mountPage } from './mount-page.ts';

export const noJoins: Joins = { count: 0, atLeast: false, latest: [], mails: false };

const configOf = (mail: boolean) => ({ ...config, features: { ...config.features, mail } });

/** The invites' part of an API that behaves as the contract says. */
export async function dashboard(
  kept: Invite[],
  more: object = {},
  rooms: object = {},
  mails = false,
) {
  const sent: unknown[] = [];
  const isOpen = ({ status }: Invite) => status === 'open' || status === 'paused';
  const find = (id: string) => kept.find((each) => each.id === id) ?? anInvite(id);
  const invites = {
    list: async ({ scope, status, q = '' }: InviteFilter) => ({
      items: kept.filter(
        (each) =>
          (scope === 'all' || each.createdBy.id === ada.id) &&
          each.label.includes(q) &&
          (status === 'any' || isOpen(each) === (status === 'open')),
      ),
      nextCursor: null,
    }),
    make: async (body: NewInvite) => {
      sent.push(body);
      const made = anInvite(`made${kept.length}`, {
        label: body.label ?? '',
        maxUses: body.maxUses ?? 1,
      });
      kept.unshift(made);
      return made;
    },
    change: async (id: string, change: InviteChange) => {
      sent.push(change);
      const { revoked, days: _, ...rest } = change;
      Object.assign(find(id), rest, revoked === false && { status: 'open', revokedAt: null });
      return { ...find(id) };
    },
    revoke: async (id: string) => {
      sent.push(`revoke ${id}`);
      Object.assign(find(id), { status: 'revoked', revokedAt: '2026-02-01T00:00:00Z' });
    },
    registrations: async () => ({
      items: [
        {
          id: 'g',
          username: 'grace',
          name: 'Grace Hopper',
          joinedAt: '2026-01-02T00:00:00Z',
          state: 'waiting' as const,
        },
      ],
      nextCursor: null,
    }),
    ...more,
  };
  const joins = { get: async () => noJoins, ...rooms };
  const { page, router } = await mountPage(InvitesView, {
    api: {
      config: { get: async () => configOf(mails) },
      invites,
      me: { get: async () => ada },
      joins,
    },
  });
  await useConfigStore().load();
  await flushPromises();
  const titles = () => page.findAll('article h3').map((title) => title.text());
  return { page, router, sent, titles, root: document.body };
}
