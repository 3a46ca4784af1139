export type * from './config.ts';
export type * from './invites.ts';
export type * from './lists.ts';
export type * from './members.ts';
export type * from './problems.ts';
export type * from './registrations.ts';
