import type { Page, SignUpCounts, SignUpPeriod, TreePerson } from '@portal/shared';
import type { Send } from './transport.ts';

/** As many as the API gives at once. */
const PAGE = '500';

/** One line a route. */
export const treeApi = (send: Send) => ({
  people: (cursor: string | null, signal?: AbortSignal) =>
    send<Page<TreePerson>>('GET', 'tree', {
      query: { limit: PAGE, cursor: cursor ?? undefined },
      ...(signal && { signal }),
    }),
  signUps: (by: SignUpPeriod, count: number) =>
    send<SignUpCounts>('GET', 'sign-ups', { query: { by, count: String(count) } }),
});
