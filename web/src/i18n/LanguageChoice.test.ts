import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { config, mountPage, type } from '../testing/mount-page.ts';
import { addMessages, changeLanguage, createWords, LANGUAGES } from './i18n.ts';
import LanguageChoice from './LanguageChoice.vue';
import { nameOfLanguage, pageLanguage, readersLanguages } from './language.ts';
import { isolated } from './words.ts';

const { lang, dir } = document.documentElement;
beforeEach(() => localStorage.clear());
afterEach(() => Object.assign(document.documentElement, { lang, dir }));

async function mounted(options: Parameters<typeof mountPage>[1] = {}) {
  const { page } = await mountPage(LanguageChoice, options);
  const { element } = page.find('select');
  return { page, choice: element };
}

test('every language is there by its own name, and is spoken, written and kept when it is chosen', async () => {
  const { choice } = await mounted();
  expect([...choice.options].map(({ value }) => value)).toEqual([...LANGUAGES]);
  expect([...choice.options].map(({ text }) => text)).toEqual(
    expect.arrayContaining(['English', 'Français', 'العربية']),
  );
  await type(choice, 'ar');
  await vi.waitFor(() => expect(choice.getAttribute('aria-label')).toBe('اللغة'));
  expect(document.documentElement).toMatchObject({ lang: 'ar', dir: 'rtl' });
  expect(readersLanguages()[0]).toBe('ar');
  expect(pageLanguage()).toBe('ar');
});

test('a language that doesn’t come is said, and the old one stays', async () => {
  const { page, choice } = await mounted({
    switchLanguage: () => Promise.reject(new Error('off line')),
  });
  await type(choice, 'nl');
  expect(choice.value).toBe('en');
  expect(page.find('[role=alert]').text()).toContain('No answer came.');
  expect(localStorage.getItem('portal.language')).toBeNull();
});

test('what the server says in a language is asked for anew', async () => {
  const get = vi.fn(async () => config);
  const { choice } = await mounted({ api: { config: { get } } });
  const { useConfigStore } = await import('../shell/config-store.ts');
  await useConfigStore().load();
  await type(choice, 'nl');
  await vi.waitFor(() => expect(get).toHaveBeenCalledTimes(2));
});

test('sides that were added speak the new language, too, those on their way as well', async () => {
  const words = await createWords('en');
  const late = Promise.withResolvers<void>();
  const slow = async (side: string, language: string) => {
    if (side === 'public') await late.promise;
    return { [side]: language };
  };
  const changed = changeLanguage(words, 'nl', () => undefined, slow);
  await addMessages(words, 'member', slow);
  late.resolve();
  await changed;
  expect(words.global.getLocaleMessage('nl')).toEqual({ public: 'nl', member: 'nl' });
  expect(words.global.locale.value).toBe('nl');
});

test('a name goes its own way only where the text around it runs the other', () => {
  expect(isolated('Ada', 'en')).toBe('Ada');
  expect(isolated('ليلى', 'en')).toBe('\u2068ليلى\u2069');
  expect(isolated('Ada', 'ar')).toBe('\u2068Ada\u2069');
  expect(isolated('', 'ar')).toBe('');
});

test('a language’s own name begins as names do', () => {
  expect(nameOfLanguage('pt')).toBe('Português');
});

test('the mails’ language is the chosen one before the browser’s', () => {
  localStorage.setItem('portal.language', 'pt');
  vi.stubGlobal('navigator', { languages: ['de-AT', 'pt-BR', 'en'] });
  expect(readersLanguages()).toEqual(['pt-BR', 'pt', 'de-AT', 'pt-BR', 'en']);
});
