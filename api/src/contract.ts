import type { Static, TSchema } from 'typebox';

type Same<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** The members in which two types differ, so that the compiler's complaint names them. */
type Differing<A, B> = {
  [Key in keyof A | keyof B]: Key extends keyof A & keyof B
    ? Same<Pick<A, Key>, Pick<B, Key>> extends true
      ? never
      : Key
    : Key;
}[keyof A | keyof B];

/**
 * Pins a schema to its type in `shared`: where the two differ, neither compiles.
 *
 *     const PersonSchema = contract<Person>()(Type.Object({ … }));
 */
export const contract =
  <T>() =>
  <S extends TSchema>(
    schema: S &
      (Same<Static<S>, T> extends true
        ? unknown
        : { 'differs from its type in': Differing<Static<S>, T> }),
  ): S =>
    schema;
