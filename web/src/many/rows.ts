import type { InviteLimits, NewInvite } from '@portal/shared';
import { boundTo } from '../invites/invite-form.ts';

/** How many links are made at once. More come as another list. */
export const MOST_ROWS = 200;

/** One row of a list: one link. */
export interface Row {
  /** Where it stands in the list, from 1. */
  line: number;
  label: string;
  email: string;
  message: string;
  faults: RowFault[];
}

export interface RowFault {
  field: 'label' | 'email' | 'message';
  code: 'email' | 'twice' | 'too-long' | 'line-break';
  /** The longest that it may be, or the row that has the same. */
  bound?: number;
}

/** What the columns may be called in a first row. `others`: in the language of the page. */
const NAMES: Record<'label' | 'email' | 'message', readonly string[]> = {
  label: ['label', 'name', 'note'],
  email: ['email', 'e-mail', 'e-mail address', 'mail', 'address'],
  message: ['message', 'text'],
};
export type ColumnNames = Record<keyof typeof NAMES, string>;

const same = (text: string) =>
  text
    .trim()
    .toLowerCase()
    .replace(/\u2011/g, '-');

/**
 * Rows out of the cells of a pasted list or a CSV: by the names in its first row, where that has some; else what looks like
 * an address is one, the first of the others is the label, and the second the message.
 */
export function toRows(
  cells: readonly (readonly string[])[],
  limits: InviteLimits,
  names: ColumnNames,
): Row[] {
  const filled = cells
    .map((row, i) => ({ line: i + 1, row: row.map((cell) => cell.trim()) }))
    .filter(({ row }) => row.some((cell) => cell !== ''));
  const columns = filled[0] && columnsOf(filled[0].row, names);
  const rows = (columns ? filled.slice(1) : filled).map(({ line, row }) => ({
    line,
    ...(columns ? byName(row, columns) : byLook(row)),
  }));
  const firsts = firstLines(rows);
  return rows.map((row) => ({ ...row, faults: faultsOf(row, firsts, limits) }));
}

type Columns = Partial<Record<keyof typeof NAMES, number>>;

function columnsOf(row: readonly string[], names: ColumnNames): Columns | undefined {
  const find = (column: keyof typeof NAMES) => {
    const wanted = [...NAMES[column], names[column]].map(same);
    const index = row.findIndex((cell) => wanted.includes(same(cell)));
    return index < 0 ? {} : { [column]: index };
  };
  const columns: Columns = { ...find('label'), ...find('email'), ...find('message') };
  // One word alone may be somebody's name.
  const isHead = Object.keys(columns).length > 1 || columns.email !== undefined;
  return isHead && !row.some((cell) => cell.includes('@')) ? columns : undefined;
}

function byName(row: readonly string[], columns: Columns) {
  const cell = (index: number | undefined) => (index === undefined ? '' : (row[index] ?? ''));
  return {
    label: cell(columns.label),
    email: bare(cell(columns.email)),
    message: cell(columns.message),
  };
}

function byLook(row: readonly string[]) {
  const at = row.findIndex((cell) => cell.includes('@'));
  const whole = row[at] ?? '';
  // As mail programs write them: Grace Hopper <grace@example.org>
  const [, named = ''] = /^"?([^"<]*?)"?\s*<[^<>]+>$/.exec(whole) ?? [];
  const others = row.filter((cell, index) => index !== at && cell !== '');
  const [label = '', message = ''] = named ? [named, ...others] : others;
  return { label, email: bare(whole), message };
}

const bare = (email: string) => /<([^<>]+)>$/.exec(email)?.[1]?.trim() ?? email;

/** The line that an address stands in first. */
function firstLines(rows: readonly Omit<Row, 'faults'>[]): Map<string, number> {
  const firsts = new Map<string, number>();
  for (const { email, line } of rows)
    if (email !== '' && !firsts.has(same(email))) firsts.set(same(email), line);
  return firsts;
}

/** What is surely wrong; the rest is the server's to say. */
function faultsOf(
  row: Omit<Row, 'faults'>,
  firsts: ReadonlyMap<string, number>,
  { labelLength, messageLength }: InviteLimits,
): RowFault[] {
  const { label, email, message } = row;
  const first = email === '' ? undefined : firsts.get(same(email));
  const faults: (RowFault | false)[] = [
    email !== '' && !/^[^\s@]+@[^\s@]+$/.test(email) && { field: 'email', code: 'email' },
    first !== undefined && first !== row.line && { field: 'email', code: 'twice', bound: first },
    /[\r\n]/.test(label) && { field: 'label', code: 'line-break' },
    [...label].length > labelLength && { field: 'label', code: 'too-long', bound: labelLength },
    [...message].length > messageLength && {
      ...({ field: 'message', code: 'too-long' } as const),
      bound: messageLength,
    },
  ];
  return faults.filter((fault) => fault !== false);
}

/** The link that a row asks for: for its address alone, where it has one. */
export function toInvite({ label, email, message }: Row): NewInvite {
  return {
    ...(label && { label }),
    ...(message && { message }),
    ...(email && { email: boundTo(email), maxUses: 1 }),
  };
}
