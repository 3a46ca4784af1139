import type { Static, TSchema } from 'typebox';

type Same<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/**
 * Pins a schema to its type in `shared`: where the two differ, neither compiles.
 *
 *     const PersonSchema = contract<Person>()(Type.Object({ … }));
 */
export const contract =
  <T>() =>
  <S extends TSchema>(schema: Same<Static<S>, T> extends true ? S : never): S =>
    schema;
