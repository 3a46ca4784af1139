import { PiniaColada } from '@pinia/colada';
import type { App } from 'vue';
import { addMessages, type Words } from './i18n/i18n.ts';

/** What only members' pages need, so that the public ones load without it. Once; again does nothing. */
export async function openMemberSide(app: App, words: Words): Promise<void> {
  app.use(PiniaColada, {});
  await addMessages(words, 'member');
}
