import type { InviteLookup, NewRegistration, SignUpField } from '@portal/shared';
import { vi } from 'vitest';
import { type Problem, problem } from '../api/problem.ts';
import JoinView from '../join/JoinView.vue';
import { config, labelled, mountPage, press, type } from './mount-page.ts';

/** The page behind a link, over an API of the test's own. */
export const TOKEN = 'kX2vN8aLmZ0pQ3rT5sUwYbCdEfGhJiKoMnPqRsTuV-_';

export const field = (name: string, more: Partial<SignUpField> = {}): SignUpField => ({
  name,
  label: '',
  help: '',
  placeholder: '',
  kind: 'text',
  required: true,
  multivalued: false,
  options: [],
  ...more,
});
export const options = [
  { value: 'w', label: 'Weaving' },
  { value: 's', label: 'Spinning' },
];
export const lookup = (more: Partial<InviteLookup> = {}): InviteLookup => ({
  community: 'Weavers',
  inviter: 'Ada Lovelace',
  message: 'Come in',
  expiresAt: null,
  maxUses: 1,
  usesLeft: 1,
  email: null,
  fields: [
    field('firstName'),
    field('lastName'),
    field('email', { kind: 'email' }),
    field('username', { minLength: 3 }),
  ],
  password: { hint: 'Twelve or more.', maxLength: 100 },
  ...more,
});

type Create = (registration: NewRegistration, key: string) => Promise<unknown>;
export const made: Create = async ({ username = '', email = '' }) => ({
  username,
  email,
  verification: 'sent',
});
export const refused = (code: Problem['code'], status: number, more: Partial<Problem> = {}) => {
  const error = problem(code, '', status);
  Object.assign(error.problem, more);
  return error;
};

export async function join(
  invitation: InviteLookup | Error = lookup(),
  create: Create = made,
  getConfig = async () => config,
) {
  sessionStorage.setItem('portal.join.token', TOKEN);
  const creating = vi.fn(create);
  const find = vi.fn(async () => {
    if (invitation instanceof Error) throw invitation;
    return invitation;
  });
  const { page, router } = await mountPage(JoinView, {
    api: {
      config: { get: getConfig },
      invites: { lookup: find },
      registrations: Object({ create: creating }),
    },
  });
  return { page, router, creating, find, root: document.body };
}

export async function fill(root: ParentNode, values: Record<string, string> = {}) {
  const all = {
    'First name': 'Grace',
    'Last name': 'Hopper',
    'E-mail': 'grace@example.org',
    Password: 'correct horse',
    ...values,
  };
  for (const [name, value] of Object.entries(all)) await type(labelled(root, name), value);
}

export const submit = (root: ParentNode) => press(root, 'Create my account');
