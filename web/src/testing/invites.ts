import type { Invite } from '@portal/shared';
import { ada } from './mount-page.ts';

/** An open link of Ada's for five people, called by its id. */
export const anInvite = (id: string, more: Partial<Invite> = {}): Invite => ({
  id,
  url: `https://portal.example/join#${id}`,
  label: id,
  message: '',
  status: 'open',
  createdAt: '2026-01-01T00:00:00Z',
  createdBy: { id: ada.id, name: ada.name },
  expiresAt: null,
  revokedAt: null,
  maxUses: 5,
  uses: 0,
  groups: [],
  email: null,
  ...more,
});
