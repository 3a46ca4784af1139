import { PiniaColada } from '@pinia/colada';
import type { App } from 'vue';
import type { Words } from './i18n/i18n.ts';
import en from './i18n/member/en.json';

/** What only members' pages need, so that the public ones load without it. Once; again does nothing. */
export function openMemberSide(app: App, words: Words): void {
  app.use(PiniaColada, {});
  words.global.mergeLocaleMessage('en', en);
}
