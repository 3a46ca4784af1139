import type { CommunityPage } from '@portal/shared';
import type { Send } from './transport.ts';

export const pagesApi = (send: Send) => ({
  get: (slug: string) => send<CommunityPage>('GET', `pages/${encodeURIComponent(slug)}`),
});
