import type { TreePerson } from '@portal/shared';
import { describe, expect, test } from 'vitest';
import { growTree } from './people-tree.ts';
import { drawTree, FEW, MOST_DRAWN } from './picture.ts';

/** Each five invited by one: thousands, seven deep. */
const people: TreePerson[] = Array.from({ length: 5000 }, (_, i) => ({
  ...{ id: `${i}`, name: `Weaver ${i}`, joinedAt: new Date(i * 60_000).toISOString() },
  invitedBy: { id: i === 0 ? 'ada' : `${Math.floor((i - 1) / 5)}`, name: 'x' },
}));
const thousands = growTree(people);
const crowd = growTree(people.map((each) => ({ ...each, invitedBy: { id: 'ada', name: 'Ada' } })));
const wish = (more: Partial<Parameters<typeof drawTree>[0]> = {}) => ({
  roots: thousands.roots,
  open: new Set<string>(),
  wanted: new Map<string, number>(),
  path: new Set<string>(),
  mirrored: false,
  ...more,
});

describe('what is drawn', () => {
  test('is the top alone where nothing is open', () => {
    const { nodes, people } = drawTree(wish());
    expect(nodes.map(({ key }) => key)).toEqual(['', 'ada']);
    expect(people).toBe(1);
  });

  test('is never more than can be taken in, however much is open', () => {
    const began = performance.now();
    const { nodes, people } = drawTree(wish({ open: new Set(thousands.nodes.keys()) }));
    expect(people).toBeLessThanOrEqual(MOST_DRAWN);
    expect(people).toBeGreaterThan(MOST_DRAWN / 2);
    expect(nodes.length).toBeLessThan(2 * MOST_DRAWN);
    expect(performance.now() - began).toBeLessThan(500);
  });

  test('of a crowd is a few, and how many more there are; as many as are asked for', () => {
    const open = new Set(['ada']);
    const few = drawTree(wish({ roots: crowd.roots, open }));
    expect(few.people).toBe(1 + FEW);
    const more = few.nodes.find(({ more }) => more !== undefined);
    expect(more).toMatchObject({ more: 5000 - FEW, of: 'ada' });
    const asked = drawTree(wish({ roots: crowd.roots, open, wanted: new Map([['ada', 40]]) }));
    expect(asked.people).toBe(41);
  });

  test('has whoever was found, however far down', () => {
    const path = ['4321', '864', '172', '34', '6', '1', '0', 'ada'];
    const open = new Set(thousands.nodes.keys());
    const { nodes } = drawTree(wish({ open, path: new Set(path) }));
    expect(nodes.map(({ key }) => key)).toEqual(expect.arrayContaining(path));
  });
});

describe('where it is drawn', () => {
  const open = new Set(['ada', '0', '1']);

  test('nobody on top of anybody, and all inside', () => {
    const { nodes, width, height } = drawTree(wish({ open }));
    expect(new Set(nodes.map(({ x, y }) => `${x},${y}`)).size).toBe(nodes.length);
    for (const { x, y } of nodes) {
      expect(x).toBeGreaterThan(0);
      expect(x).toBeLessThan(width);
      expect(y).toBeGreaterThan(0);
      expect(y).toBeLessThan(height);
    }
  });

  test('is mirrored for languages that are written from the right', () => {
    const [plain, mirrored] = [drawTree(wish({ open })), drawTree(wish({ open, mirrored: true }))];
    expect(mirrored.nodes.map(({ x }) => x)).toEqual(plain.nodes.map(({ x }) => plain.width - x));
    expect(mirrored.nodes.map(({ y }) => y)).toEqual(plain.nodes.map(({ y }) => y));
  });
});
