import type { Me } from '@portal/shared';
import type { Send } from './transport.ts';

export const meApi = (send: Send) => ({
  get: () => send<Me>('GET', 'me'),
});
