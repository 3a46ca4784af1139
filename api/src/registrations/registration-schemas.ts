import type {
  CurrentRegistration,
  EmailChange,
  NewRegistration,
  Registration,
} from '@portal/shared';
import { Type } from 'typebox';
import { contract } from '../contract.ts';
import { LONGEST_PASSWORD } from '../invites/invite-service.ts';

const closed = { additionalProperties: false };
/** Longer than any that a realm takes; what it takes is the realm's to say, at the field. */
const LONGEST_VALUE = 2048;
const MOST_VALUES = 100;
const name = (description: string, example: string) =>
  Type.Optional(Type.String({ maxLength: LONGEST_VALUE, description, examples: [example] }));

export const NewRegistrationSchema = contract<NewRegistration>()(
  Type.Object(
    {
      token: Type.String({ maxLength: 200, description: 'What follows the # of the link' }),
      username: name('Not in realms that make the e-mail address the username', 'grace.hopper'),
      email: name('Where the verification mail goes', 'grace@example.org'),
      firstName: name('As the realm asks for it', 'Grace'),
      lastName: name('As the realm asks for it', 'Hopper'),
      password: Type.String({ maxLength: LONGEST_PASSWORD }),
      attributes: Type.Optional(
        Type.Record(
          Type.String({ maxLength: 255 }),
          Type.Array(Type.String({ maxLength: LONGEST_VALUE }), { maxItems: MOST_VALUES }),
          { maxProperties: MOST_VALUES, description: 'Further fields of the realm’s user profile' },
        ),
      ),
      locale: Type.Optional(
        Type.String({
          maxLength: 35,
          description: 'Language of the realm’s mails',
          examples: ['nl'],
        }),
      ),
      acceptedTerms: Type.Optional(
        Type.String({
          maxLength: 64,
          description:
            'The version of the community’s terms that was shown and accepted: of the page that `GET config` marks so, where there is one',
        }),
      ),
    },
    closed,
  ),
);

export const RegistrationSchema = contract<Registration>()(
  Type.Object(
    {
      username: Type.String({ description: 'As the realm keeps it' }),
      email: Type.String(),
      verification: Type.Enum(['sent', 'pending'], {
        description: '`pending`: the mail is sent by itself as soon as it can be',
      }),
    },
    closed,
  ),
);

export const CurrentRegistrationSchema = contract<CurrentRegistration>()(
  Type.Object(
    {
      username: Type.String(),
      email: Type.String(),
      firstName: Type.String(),
      verification: Type.Enum(['sent', 'pending', 'verified']),
      resendAfter: Type.Integer({ description: 'Seconds until the mail may be asked for again' }),
      changesLeft: Type.Integer({ description: 'How often the address may still be mended' }),
    },
    closed,
  ),
);

export const EmailChangeSchema = contract<EmailChange>()(
  Type.Object({ email: Type.String({ maxLength: LONGEST_VALUE }) }, closed),
);

export const IdempotencyHeaders = Type.Object({
  'idempotency-key': Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 255,
      description: 'The same key with the same body gives the same answer, and one account',
    }),
  ),
});
