import { readFileSync } from 'node:fs';
import type { FieldError, MailState } from '@portal/shared';
import type { Result } from 'ioredis';
import { ProblemError, tooManyRequests } from '../errors.ts';
import type { RedisClock } from '../redis/clock.ts';
import type { RedisConnection } from '../redis/connection.ts';
import type { RedisKeys } from '../redis/keys.ts';
import { createPager, type Position } from '../redis/page.ts';
import type { RedisWrites } from '../redis/writes.ts';
import { type Attempt, createSchedules, type RegistrationKey } from './registration-schedules.ts';

const script = (name: string) => readFileSync(new URL(`${name}.lua`, import.meta.url), 'utf8');

/**
 * How often in an hour the holders of one link are told that a name or address is taken: people mistype, and don't try
 * out who is a member.
 */
const TAKEN_ANSWERS = 20;
const TAKEN_WHILE_MS = 3_600_000;
/** How many mails somebody may ask for in an hour. */
const MAILS = 5;
const MAILS_WHILE_MS = 3_600_000;
/** How long a refusal is repeated to the same request. */
const ANSWER_MS = 86_400_000;

/** Who signed up, in the realm's own form. */
export interface SignedUp {
  user: string;
  username: string;
  name: string;
  email: string;
}

export interface StoredRegistration extends SignedUp {
  state: 'reserved' | 'released' | 'committed';
  body: string;
  lease: number;
  /** The answer to repeat, where the realm refused. */
  refused: FieldError[] | undefined;
  joinedAt: number;
  mail: MailState;
  /** What the answer said of the mail, where the request may be repeated. */
  answered: MailState | undefined;
  askedAt: number;
  changes: number;
  /** Addresses that it was to be changed to here, in lower case. */
  mended: string[];
}

export type Reservation =
  | 'reserved'
  | 'under-way'
  | 'committed'
  | 'mismatch'
  | 'unknown'
  | 'revoked'
  | 'expired'
  | 'used-up'
  | 'busy'
  | 'late'
  | { refused: FieldError[] }
  | { waitMs: number };

const RESERVATIONS: Record<number, Exclude<Reservation, object>> = {
  1: 'reserved',
  2: 'under-way',
  3: 'committed',
  [-1]: 'mismatch',
  [-2]: 'unknown',
  [-3]: 'revoked',
  [-4]: 'expired',
  [-5]: 'used-up',
  [-6]: 'busy',
  [-7]: 'late',
};

export type RegistrationStore = ReturnType<typeof createRegistrationStore>;

/** Sign-ups in Redis: what each reserved, spent or gave back, and the work that is still to be done for them. */
export function createRegistrationStore(
  redis: RedisConnection,
  keys: RedisKeys,
  clock: RedisClock,
  writes: RedisWrites,
) {
  const reserving = { numberOfKeys: 2, lua: script('reserve') };
  const committing = { numberOfKeys: 3, lua: script('commit') };
  const releasing = { numberOfKeys: 2, lua: script('release') };
  redis.defineCommand('reserveUse', reserving);
  redis.defineCommand('commitUse', committing);
  redis.defineCommand('releaseUse', releasing);
  const reserveUse = writes.script(redis.reserveUse.bind(redis), reserving);
  const commitUse = writes.script(redis.commitUse.bind(redis), committing);
  const releaseUse = writes.script(redis.releaseUse.bind(redis), releasing);
  redis.defineCommand('restoreUse', { numberOfKeys: 3, lua: script('restore') });
  redis.defineCommand('askMail', { numberOfKeys: 1, lua: script('ask-mail') });
  redis.defineCommand('takeChange', { numberOfKeys: 2, lua: script('take-change') });
  redis.defineCommand('countTaken', { numberOfKeys: 1, lua: script('count-taken') });

  const schedules = createSchedules(redis, keys, clock, writes);
  const pageOf = createPager(redis);
  const hashOf = ({ invite, registration }: RegistrationKey) =>
    keys.registration(invite, registration);

  return {
    ...schedules,

    async read(key: RegistrationKey): Promise<StoredRegistration | undefined> {
      const hash = await redis.hgetall(hashOf(key));
      return hash.state === undefined ? undefined : decode(hash);
    },

    /** @param body MAC of the request's body. */
    async reserve({ lease, ...key }: Attempt, body: string): Promise<Reservation> {
      const [code, answer] = await clock.inTime((deadline) =>
        reserveUse(
          keys.invite(key.invite),
          hashOf(key),
          lease,
          body,
          deadline,
          TAKEN_ANSWERS,
          TAKEN_WHILE_MS,
        ),
      );
      if (code === 4) return { refused: JSON.parse(answer ?? '[]') };
      if (code === -8) return { waitMs: Number(answer) };
      const reservation = RESERVATIONS[code];
      if (!reservation) throw new Error(`reserve.lua gave ${code}`);
      return reservation;
    },

    /** @throws ProblemError `redis-away` where it came too late to be written. */
    async commit(key: RegistrationKey, who: SignedUp): Promise<'committed' | 'no-use-left'> {
      const code = await clock.inTime((deadline) =>
        commitUse(
          keys.invite(key.invite),
          hashOf(key),
          keys.registrations(key.invite),
          deadline,
          key.registration,
          ...['user', who.user, 'username', who.username, 'name', who.name, 'email', who.email],
          ...['mail', 'pending', 'askedAt', String(clock.now())],
        ),
      );
      if (code === 0) throw new ProblemError('redis-away');
      return code === 1 ? 'committed' : 'no-use-left';
    },

    /**
     * @param refused the answer to repeat where the realm refused; undefined: the outcome is not known, and the same
     *   request may be tried again.
     * @throws ProblemError `redis-away` where it came too late: the reservation is still there to be ended.
     */
    async release(
      key: RegistrationKey & { lease?: number },
      refused?: FieldError[],
    ): Promise<boolean> {
      const released = await clock.inTime((deadline) =>
        releaseUse(
          keys.invite(key.invite),
          hashOf(key),
          deadline,
          refused ? JSON.stringify(refused) : '',
          ANSWER_MS,
          key.lease === undefined ? '' : String(key.lease),
        ),
      );
      if (released === -1) throw new ProblemError('redis-away');
      return released === 1;
    },

    /** Counts a sign-up that Keycloak knows of, where that wasn't done. */
    async restore(
      key: RegistrationKey,
      who: SignedUp,
      joinedAt: number,
    ): Promise<'counted' | 'known' | 'unknown'> {
      const code = await clock.inTime((deadline) =>
        redis.restoreUse(
          keys.invite(key.invite),
          hashOf(key),
          keys.registrations(key.invite),
          deadline,
          key.registration,
          joinedAt,
          ...['user', who.user, 'username', who.username, 'name', who.name, 'email', who.email],
          ...['mail', 'sent'],
        ),
      );
      if (code === -2) throw new ProblemError('redis-away');
      return code === 1 ? 'counted' : code === 0 ? 'known' : 'unknown';
    },

    /** Keeps what the answer said of the mail, so that it is repeated word for word. */
    async answered(key: RegistrationKey, mail: MailState): Promise<void> {
      await redis.hset(hashOf(key), 'answered', mail);
    },

    async mailSent(key: RegistrationKey): Promise<void> {
      await redis.hset(hashOf(key), 'mail', 'sent');
      await schedules.dropMail(key);
    },

    /** @returns milliseconds to wait; 0 where the mail may go. */
    async askMail(key: RegistrationKey, leastMs: number): Promise<number> {
      const code = await clock.inTime((deadline) =>
        redis.askMail(hashOf(key), deadline, leastMs, MAILS, MAILS_WHILE_MS),
      );
      if (code === -1) throw new ProblemError('redis-away');
      return code;
    },

    /**
     * An answer of "taken" is about to be given to the holder of a link. Counted one by one, so that no number of them
     * at once gets more.
     *
     * @returns milliseconds to wait; 0 where it may be given.
     */
    async countTaken({ invite }: Pick<RegistrationKey, 'invite'>): Promise<number> {
      const code = await clock.inTime((deadline) =>
        redis.countTaken(...[keys.invite(invite), deadline, TAKEN_ANSWERS, TAKEN_WHILE_MS]),
      );
      if (code === -1) throw new ProblemError('redis-away');
      return code;
    },

    /**
     * Takes one of so many changes of address.
     *
     * @throws ProblemError `too-many-changes`; `too-many-requests` where the link's holders try out addresses.
     */
    async takeChange(key: RegistrationKey, most: number, email: string): Promise<void> {
      const [code, waitMs] = await clock.inTime((deadline) =>
        redis.takeChange(
          hashOf(key),
          keys.invite(key.invite),
          deadline,
          ...[most, email, TAKEN_ANSWERS, TAKEN_WHILE_MS],
        ),
      );
      if (code === -8) throw tooManyRequests(Number(waitMs));
      if (code === 0) throw new ProblemError('too-many-changes');
      if (code !== 1) throw new ProblemError('redis-away');
    },

    async setEmail(key: RegistrationKey, email: string, username: string): Promise<void> {
      await redis.hset(hashOf(key), 'email', email, 'username', username);
    },

    /** One page of those who joined by an invite, newest first. Two round trips. */
    async ofInvite(
      invite: string,
      limit: number,
      after: Position | undefined,
    ): Promise<{ registrations: StoredRegistration[]; last: Position | undefined }> {
      const entries = await pageOf(keys.registrations(invite), limit, after);
      const hashes = await Promise.all(
        entries.map(({ id }) => redis.hgetall(hashOf({ invite, registration: id }))),
      );
      return {
        registrations: hashes.filter(({ state }) => state !== undefined).map(decode),
        last: entries.length < limit ? undefined : entries.at(-1),
      };
    },
  };
}

function decode(hash: Record<string, string>): StoredRegistration {
  const state = hash.state;
  return {
    state: state === 'committed' || state === 'released' ? state : 'reserved',
    body: hash.body ?? '',
    lease: Number(hash.lease ?? 0),
    refused: hash.answer === undefined ? undefined : JSON.parse(hash.answer),
    joinedAt: Number(hash.joinedAt ?? 0),
    user: hash.user ?? '',
    username: hash.username ?? '',
    name: hash.name ?? '',
    email: hash.email ?? '',
    mail: mailState(hash.mail),
    answered: hash.answered === undefined ? undefined : mailState(hash.answered),
    askedAt: Number(hash.askedAt ?? 0),
    changes: Number(hash.changes ?? 0),
    mended: Object.keys(hash)
      .filter((name) => name.startsWith('mended:'))
      .map((name) => hash[name] ?? ''),
  };
}

const mailState = (word: string | undefined): MailState => (word === 'sent' ? 'sent' : 'pending');

declare module 'ioredis' {
  interface RedisCommander<Context> {
    reserveUse(
      invite: string,
      registration: string,
      lease: number,
      body: string,
      deadline: number,
      takenAnswers: number,
      takenWhileMs: number,
    ): Result<[number, string?], Context>;
    commitUse(
      invite: string,
      registration: string,
      registrations: string,
      deadline: number,
      id: string,
      ...fields: string[]
    ): Result<number, Context>;
    releaseUse(
      invite: string,
      registration: string,
      deadline: number,
      answer: string,
      answerMs: number,
      lease: string,
    ): Result<number, Context>;
    restoreUse(
      invite: string,
      registration: string,
      registrations: string,
      deadline: number,
      id: string,
      joinedAt: number,
      ...fields: string[]
    ): Result<number, Context>;
    askMail(
      registration: string,
      deadline: number,
      leastMs: number,
      most: number,
      whileMs: number,
    ): Result<number, Context>;
    takeChange(
      registration: string,
      invite: string,
      deadline: number,
      most: number,
      email: string,
      takenAnswers: number,
      takenWhileMs: number,
    ): Result<[number, string?], Context>;
    countTaken(
      invite: string,
      deadline: number,
      takenAnswers: number,
      takenWhileMs: number,
    ): Result<number, Context>;
  }
}
