import type { InviteLookup, SignUpField } from '@portal/shared';
import type { MessageKey } from '../i18n/keys.ts';
import { useWords } from '../i18n/words.ts';
import { isLines } from './sign-up-values.ts';

const OURS: Record<string, MessageKey> = {
  username: 'fields.username',
  email: 'fields.email',
  firstName: 'fields.firstName',
  lastName: 'fields.lastName',
  password: 'fields.password',
};

/** The realm's words for its fields, and ours where it has none. */
export function useSignUpLabels(lookup: () => InviteLookup) {
  const { t } = useWords();

  function label(name: string): string {
    const said = lookup().fields.find((field) => field.name === name)?.label;
    const ours = Object.hasOwn(OURS, name) ? OURS[name] : undefined;
    return said || (ours ? t(ours) : name);
  }

  function help(field: SignUpField): string {
    const bound = lookup().email;
    if (field.name === 'email' && bound)
      return bound.startsWith('@')
        ? t('join.boundDomain', { domain: bound })
        : t('join.boundEmail');
    if (field.help) return field.help;
    if (isLines(field)) return t('join.onePerLine');
    return field.name === 'username' ? t('join.usernameHelp') : '';
  }

  return { label, help };
}
