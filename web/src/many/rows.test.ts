import { describe, expect, test } from 'vitest';
import { config } from '../testing/mount-page.ts';
import { readCells, writeCells } from './csv.ts';
import { type Row, toInvite, toRows } from './rows.ts';

const dutch = { label: 'naam', email: 'e-mail', message: 'bericht' };
const rowsOf = async (text: string) => toRows(await readCells(text), config.invites, dutch);
const cells = (rows: readonly Row[]) =>
  rows.map(({ label, email, message }) => [label, email, message]);

describe('a list', () => {
  test.each([
    ['Grace,grace@example.org,Come in', [['Grace', 'grace@example.org', 'Come in']]],
    ['grace@example.org\tGrace\tCome in', [['Grace', 'grace@example.org', 'Come in']]],
    [
      'Grace;grace@example.org\nIda;ida@example.org',
      [
        ['Grace', 'grace@example.org', ''],
        ['Ida', 'ida@example.org', ''],
      ],
    ],
    [
      'Grace\n\n  Ida  \n',
      [
        ['Grace', '', ''],
        ['Ida', '', ''],
      ],
    ],
    ['Grace Hopper <grace@example.org>', [['Grace Hopper', 'grace@example.org', '']]],
    [
      '\ufeffE-mail,Name,Message\ngrace@example.org,Grace,Hi',
      [['Grace', 'grace@example.org', 'Hi']],
    ],
    ['Bericht;Naam;E-mail\nHoi;Grace;grace@example.org', [['Grace', 'grace@example.org', 'Hoi']]],
    ['name,email\nGrace,', [['Grace', '', '']]],
    [
      'Name\nGrace',
      [
        ['Name', '', ''],
        ['Grace', '', ''],
      ],
    ],
    [
      '"Hopper, Grace","grace@example.org","two\nlines"',
      [['Hopper, Grace', 'grace@example.org', 'two\nlines']],
    ],
    ['', []],
  ])('%j', async (text, expected) => {
    expect(cells(await rowsOf(text))).toEqual(expected);
  });

  test.each([
    ['Grace,grace@', [{ field: 'email', code: 'email' }]],
    ['Grace,a@b@c', [{ field: 'email', code: 'email' }]],
    ['"two\nlines",grace@example.org', [{ field: 'label', code: 'line-break' }]],
    [`${'x'.repeat(81)}`, [{ field: 'label', code: 'too-long', bound: 80 }]],
    [
      `Grace,g@example.org,${'🧵'.repeat(501)}`,
      [{ field: 'message', code: 'too-long', bound: 500 }],
    ],
    [`Grace,g@example.org,${'🧵'.repeat(500)}`, []],
  ])('%j has the faults %j', async (text, faults) => {
    expect((await rowsOf(text))[0]?.faults).toEqual(faults);
  });

  test('has an address once', async () => {
    const rows = await rowsOf('Grace,grace@example.org\nIda,ida@example.org\nG,Grace@Example.org');
    expect(rows.map(({ faults }) => faults)).toEqual([
      [],
      [],
      [{ field: 'email', code: 'twice', bound: 1 }],
    ]);
  });

  test('keeps the numbers of its lines', async () => {
    const rows = await rowsOf('name,email\nGrace,\n\nIda,');
    expect(rows.map(({ line }) => line)).toEqual([2, 4]);
  });
});

test('a row with an address is a link for it alone', async () => {
  const rows = await rowsOf('Grace,grace@example.org,Hi\nIda');
  expect(rows.map(toInvite)).toEqual([
    { label: 'Grace', email: 'grace@example.org', message: 'Hi', maxUses: 1 },
    { label: 'Ida' },
  ]);
});

test('what a spreadsheet would take for a formula is none any more', async () => {
  const evil = ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\uff1d1+1', 'fine', 'a=b'];
  const text = await writeCells(
    ['x'],
    evil.map((cell) => [cell]),
  );
  const read = await readCells(text);
  expect(read.slice(1).flat()).toEqual([
    ...["'=1+1", "'+1", "'-1", "'@SUM(A1)", "'\t=1", "'\uff1d1+1", 'fine', 'a=b'],
  ]);
});
