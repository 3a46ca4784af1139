import type { JoinMails, Joins } from '@portal/shared';
import type { Send } from './transport.ts';

/** One line a route. */
export const joinsApi = (send: Send) => ({
  get: () => send<Joins>('GET', 'joins'),
  seen: (until: string) => send<void>('POST', 'joins/seen', { body: { until } }),
  setMails: (mails: JoinMails) => send<void>('PUT', 'joins/mails', { body: mails }),
});
