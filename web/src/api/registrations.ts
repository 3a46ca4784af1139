import type { CurrentRegistration, NewRegistration, Registration } from '@portal/shared';
import type { Send } from './transport.ts';

/** One line a route. `current` is the one that the browser's sign-up cookie stands for. */
export const registrationsApi = (send: Send) => ({
  create: (registration: NewRegistration, key: string) =>
    send<Registration>('POST', 'registrations', {
      body: registration,
      headers: { 'idempotency-key': key },
    }),
  current: () => send<CurrentRegistration>('GET', 'registrations/current'),
  mend: (email: string) => send<unknown>('PATCH', 'registrations/current', { body: { email } }),
  sendMail: () => send<unknown>('POST', 'registrations/current/verification-email'),
});
