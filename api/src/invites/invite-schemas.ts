import type {
  Invite,
  InviteChange,
  InviteLookup,
  InviteMail,
  InvitePage,
  InviteRegistration,
  InviteScope,
  InviteSort,
  InviteStatusFilter,
  InviteToken,
  NewInvite,
  Page,
  Person,
  SignUpField,
} from '@portal/shared';
import { type TObject, type TProperties, Type } from 'typebox';
import { contract } from '../contract.ts';

export const LABEL_LENGTH = 100;
export const MESSAGE_LENGTH = 1000;
const LONGEST_EMAIL = 320;
const MOST_GROUPS = 50;

const closed = { additionalProperties: false };
/** Null is a value of its own here; OpenAPI 3.1 says it by a list of types. */
const nullable = <T>(type: string, options: object) =>
  Type.Unsafe<T | null>({ ...options, type: [type, 'null'] });

const Time = (description: string) =>
  Type.String({ format: 'date-time', description, examples: ['2026-12-25T20:00:00Z'] });
const NullableTime = (description: string) =>
  nullable<string>('string', { format: 'date-time', description });
export const IdParams = Type.Object({ id: Type.String({ maxLength: 64 }) }, closed);

const PersonSchema = contract<Person>()(
  Type.Object(
    {
      id: Type.String({ description: 'Subject of the account' }),
      name: Type.String({ examples: ['Ada Lovelace'] }),
    },
    closed,
  ),
);

export const InviteSchema = contract<Invite>()(
  Type.Object(
    {
      id: Type.String(),
      url: Type.Optional(
        Type.String({ description: 'The link itself; only whoever made it sees it' }),
      ),
      label: Type.String({ examples: ['Loom group, November'] }),
      message: Type.String(),
      status: Type.Enum(['open', 'expired', 'revoked', 'used-up', 'paused']),
      createdAt: Time('When it was made'),
      createdBy: PersonSchema,
      expiresAt: NullableTime('When it ends; null: never'),
      revokedAt: NullableTime('When it was taken back'),
      maxUses: nullable<number>('integer', {
        description: 'How many people may join by it; null: any number',
      }),
      uses: Type.Integer({ description: 'How many have joined' }),
      groups: Type.Array(Type.String({ examples: ['/looms'] })),
      email: Type.Optional(
        nullable<string>('string', {
          description:
            'The one address, or the domain (`@example.org`), that may join; only whoever made it sees it',
        }),
      ),
    },
    closed,
  ),
);

const newInvite = {
  label: Type.Optional(
    Type.String({
      maxLength: LABEL_LENGTH,
      description: 'A note; invitees don’t see it',
      examples: ['Loom group, November'],
    }),
  ),
  message: Type.Optional(
    Type.String({ maxLength: MESSAGE_LENGTH, description: 'Shown to the invitee' }),
  ),
  days: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 3650,
      description: 'Days from now; not together with expiresAt',
    }),
  ),
  expiresAt: Type.Optional(
    NullableTime('When it ends; null: never. Left out: after the usual number of days'),
  ),
  maxUses: Type.Optional(
    nullable<number>('integer', {
      minimum: 1,
      maximum: 1_000_000,
      description: 'How many people may join by it; null: any number. Left out: one',
    }),
  ),
  groups: Type.Optional(
    Type.Array(Type.String({ maxLength: 2048 }), {
      maxItems: MOST_GROUPS,
      description: 'Paths of the groups that those who join are put in',
    }),
  ),
  email: Type.Optional(
    nullable<string>('string', {
      maxLength: LONGEST_EMAIL,
      description:
        'The one address, or the domain (`@example.org`), that may join by it; null: any',
    }),
  ),
};

export const NewInviteSchema = contract<NewInvite>()(Type.Object(newInvite, closed));

export const InviteChangeSchema = contract<InviteChange>()(
  Type.Object(
    {
      ...newInvite,
      revoked: Type.Optional(
        Type.Boolean({ description: 'false takes a revocation back; true revokes' }),
      ),
    },
    { ...closed, minProperties: 1, description: 'What is left out stays as it is' },
  ),
);

export const InviteTokenSchema = contract<InviteToken>()(
  Type.Object(
    {
      token: Type.String({
        maxLength: 200,
        description: 'What follows the # of the link',
        examples: ['kX2vN8mQ0pRsT4uVwXyZaBcDeFgHiJkLmNoPqRsTuVw'],
      }),
    },
    closed,
  ),
);

const page = <Properties extends TProperties>(item: TObject<Properties>) =>
  Type.Object(
    {
      items: Type.Array(item),
      nextCursor: nullable<string>('string', {
        description: 'Give it as `cursor` for the next page; null on the last',
      }),
    },
    closed,
  );

export const InvitePageSchema = contract<InvitePage>()(
  Type.Object(
    {
      ...page(InviteSchema).properties,
      searched: Type.Optional(
        Type.Object(
          {
            links: Type.Integer({ description: 'How many links were looked at: the newest' }),
            all: Type.Boolean({ description: 'There are no more than these' }),
          },
          { ...closed, description: 'Where `q` or `sort` was given: what was looked at' },
        ),
      ),
    },
    closed,
  ),
);

export const InviteMailSchema = contract<InviteMail>()(
  Type.Object(
    {
      email: Type.String({ maxLength: LONGEST_EMAIL, examples: ['grace@example.org'] }),
      language: Type.String({
        maxLength: 35,
        pattern: '^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$',
        description: 'Of the mail: a BCP 47 tag. English where the portal doesn’t write it',
        examples: ['nl'],
      }),
    },
    closed,
  ),
);

/** The same request under the same key makes one link. */
export const NewInviteHeaders = Type.Object({
  'idempotency-key': Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 255,
      description: 'The same body under the same key, by the same member, is the same link',
    }),
  ),
});

export const InviteRegistrationPageSchema = contract<Page<InviteRegistration>>()(
  page(
    Type.Object(
      {
        id: Type.String({ description: 'Subject of the account' }),
        username: Type.String(),
        name: Type.String(),
        joinedAt: Time('When the account was made'),
        state: Type.Enum(['waiting', 'joined'], {
          description: '`waiting`: never yet seen verified or signed in',
        }),
      },
      closed,
    ),
  ),
);

export const PageQuery = {
  limit: Type.Integer({ minimum: 1, maximum: 100, default: 50 }),
  cursor: Type.Optional(Type.String({ maxLength: 200 })),
};

export const InviteListQuery = Type.Object(
  {
    ...PageQuery,
    scope: Type.Unsafe<InviteScope>(Type.Enum(['mine', 'all'], { default: 'mine' })),
    status: Type.Unsafe<InviteStatusFilter>(
      Type.Enum(['open', 'ended', 'any'], { default: 'any' }),
    ),
    q: Type.Optional(
      Type.String({
        maxLength: 100,
        description:
          'Words that the note, the address or the message must have, among one’s newest 1,000 links; only with `scope=mine`',
      }),
    ),
    sort: Type.Unsafe<InviteSort>(
      Type.Enum(['newest', 'ending', 'joined'], {
        default: 'newest',
        description:
          'Soonest to end, or most joined, first: of one’s newest 1,000 links; only with `scope=mine`',
      }),
    ),
  },
  closed,
);

const SignUpFieldSchema = contract<SignUpField>()(
  Type.Object(
    {
      name: Type.String(),
      label: Type.String(),
      help: Type.String(),
      placeholder: Type.String(),
      kind: Type.Enum([
        'text',
        'email',
        'textarea',
        'number',
        'url',
        'tel',
        'date',
        'select',
        'radios',
        'multiselect',
        'checkboxes',
      ]),
      required: Type.Boolean(),
      multivalued: Type.Boolean(),
      options: Type.Array(Type.Object({ value: Type.String(), label: Type.String() }, closed)),
      minLength: Type.Optional(Type.Number()),
      maxLength: Type.Optional(Type.Number()),
      min: Type.Optional(Type.Number()),
      max: Type.Optional(Type.Number()),
      defaultValue: Type.Optional(Type.String()),
    },
    closed,
  ),
);

export const InviteLookupSchema = contract<InviteLookup>()(
  Type.Object(
    {
      community: Type.String(),
      inviter: Type.String(),
      message: Type.String(),
      expiresAt: NullableTime('When the link ends; null: never'),
      maxUses: nullable<number>('integer', { description: 'Null: any number' }),
      usesLeft: nullable<number>('integer', { description: 'Null: no end of them' }),
      email: nullable<string>('string', {
        description: 'The one address, or the domain (`@example.org`), that may join',
      }),
      fields: Type.Array(SignUpFieldSchema),
      password: Type.Object(
        {
          hint: Type.String(),
          maxLength: Type.Integer(),
        },
        closed,
      ),
    },
    closed,
  ),
);
