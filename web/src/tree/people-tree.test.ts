import type { TreePerson } from '@portal/shared';
import { expect, test } from 'vitest';
import { above, growTree, named, openAtFirst, rowOf, type TreeNode } from './people-tree.ts';

let minute = 0;
/** Each joined a minute after the one before. */
function person(id: string, by: string, name: string | null = id): TreePerson {
  minute += 1;
  return {
    ...{ id, name, invitedBy: { id: by, name: by } },
    joinedAt: new Date(minute * 60_000).toISOString(),
  };
}

const drawn = (nodes: readonly TreeNode[] = []): unknown[] =>
  nodes.map(({ key, children }) => (children ? [key, ...drawn(children)] : key));

test('the largest branch comes first, then whoever came first; whoever came by no link is at the top', () => {
  const people = ['a', 'b', 'c'].map((id) => person(id, 'ada'));
  people.push(person('b1', 'b'), person('b2', 'b'), person('x', 'eve'));
  const { roots, nodes } = growTree(people.toReversed());
  expect(drawn(roots)).toEqual([
    ['ada', ['b', 'b1', 'b2'], 'a', 'c'],
    ['eve', 'x'],
  ]);
  expect(nodes.get('ada')).toMatchObject({ branch: 5, joinedAt: undefined, name: 'ada' });
  expect(nodes.get('b')?.branch).toBe(2);
});

test('nobody is above themselves, whatever Keycloak says', () => {
  const { roots, inviters, nodes } = growTree([
    person('a', 'c'),
    person('b', 'a'),
    person('c', 'b'),
    person('d', 'd'),
  ]);
  const everybody = roots.flatMap((root) => [root.key, root.branch]);
  expect(everybody).toEqual(['c', 2, 'd', 0]);
  const b = nodes.get('b');
  expect(b && above(b, inviters).map(({ key }) => key)).toEqual(['b', 'a', 'c']);
});

test('a chain of thousands is no trouble', () => {
  const chain = Array.from({ length: 5000 }, (_, i) =>
    person(`${i}`, i === 0 ? 'ada' : `${i - 1}`),
  );
  expect(growTree(chain).roots[0]?.branch).toBe(5000);
});

test('branches are open from the top as long as few are in view', () => {
  const people = [person('a', 'ada'), person('b', 'ada'), person('a1', 'a'), person('a2', 'a')];
  people.push(person('a11', 'a1'));
  const { roots } = growTree(people);
  expect(openAtFirst(roots, 100, 12)).toEqual(['ada', 'a', 'a1']);
  expect(openAtFirst(roots, 5, 12)).toEqual(['ada', 'a']);
  expect(openAtFirst(roots, 2, 12)).toEqual([]);
  // However many there are: so few of them are shown.
  expect(openAtFirst(roots, 2, 1)).toEqual(['ada']);
});

test('names are found whatever their capitals and accents, from the top down', () => {
  const { roots } = growTree([
    person('1', 'ada', 'Zoë Müller'),
    person('2', '1', 'Muller'),
    person('3', 'ada', null),
  ]);
  const keys = (words: string) => named(roots, words).map(({ key }) => key);
  expect(keys('MULLER')).toEqual(['1', '2']);
  expect(keys(' zoe ')).toEqual(['1']);
  expect(keys('ada')).toEqual(['ada']);
  expect(keys('')).toEqual([]);
});

test('the row of somebody counts what is open above', () => {
  const people = [person('a', 'ada'), person('a1', 'a'), person('a2', 'a'), person('b', 'ada')];
  const { roots, nodes } = growTree(people);
  const row = (key: string, ...open: string[]) => {
    const node = nodes.get(key);
    return node && rowOf(node, roots, new Set(open));
  };
  expect(row('b', 'ada', 'a')).toBe(4);
  expect(row('b', 'ada')).toBe(2);
  expect(row('a1', 'ada')).toBe(-1);
});
