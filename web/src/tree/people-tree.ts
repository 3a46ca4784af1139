import type { TreePerson } from '@portal/shared';
import { markRaw } from 'vue';

/** Somebody with those whom they invited. */
export interface TreeNode {
  /** Subject of the account. */
  key: string;
  /** Null: they left. */
  name: string | null;
  /** Undefined: they came by no link. */
  joinedAt: string | undefined;
  /** Undefined: nobody. Those with the largest branch first, then those who came first. */
  children: TreeNode[] | undefined;
  /** How many have come by them, and by those whom they invited, and so on. */
  branch: number;
}

export interface PeopleTree {
  /** Those who came by no link. */
  roots: TreeNode[];
  nodes: Map<string, TreeNode>;
  /** Who invited somebody, by their key. */
  inviters: Map<string, TreeNode>;
}

/** @param people in any order. One who would be above themselves, by a slip of a hand in Keycloak, stands alone. */
export function growTree(people: readonly TreePerson[]): PeopleTree {
  const nodes = new Map<string, TreeNode>();
  const inviters = new Map<string, TreeNode>();
  const born = (key: string, name: string | null, joinedAt?: string) => {
    const node: TreeNode = { key, name, joinedAt, children: undefined, branch: 0 };
    nodes.set(key, markRaw(node));
    return node;
  };
  const oldestFirst = people.toSorted((a, b) => a.joinedAt.localeCompare(b.joinedAt));
  for (const { id, name, joinedAt } of oldestFirst) if (!nodes.has(id)) born(id, name, joinedAt);
  for (const { id, invitedBy } of oldestFirst) {
    const node = nodes.get(id);
    const inviter = nodes.get(invitedBy.id) ?? born(invitedBy.id, invitedBy.name);
    if (!node || inviters.has(id) || above(inviter, inviters).includes(node)) continue;
    inviters.set(id, inviter);
    inviter.children ??= [];
    inviter.children.push(node);
  }
  const roots = [...nodes.values()].filter(({ key }) => !inviters.has(key));
  measure(roots);
  return { roots: roots.sort(byBranch), nodes, inviters };
}

/** Somebody, whoever invited them, and so on up. */
export function above(node: TreeNode, inviters: ReadonlyMap<string, TreeNode>): TreeNode[] {
  const path: TreeNode[] = [];
  for (let one: TreeNode | undefined = node; one; one = inviters.get(one.key)) path.push(one);
  return path;
}

/** Sizes of branches, from the leaves up; no call in a call, as a chain may be thousands long. */
function measure(roots: readonly TreeNode[]): void {
  const downwards = [...roots];
  for (const { children = [] } of downwards) downwards.push(...children);
  for (const node of downwards.toReversed())
    for (const child of node.children ?? []) node.branch += child.branch + 1;
  for (const { children } of downwards) children?.sort(byBranch);
}

const byBranch = (a: TreeNode, b: TreeNode) =>
  b.branch - a.branch || (a.joinedAt ?? '').localeCompare(b.joinedAt ?? '');

/**
 * Branches to begin with open: level by level from the top, as long as few enough people are in view.
 *
 * @param few of one branch, so many count: a picture shows no more of them at first.
 */
export function openAtFirst(roots: readonly TreeNode[], most: number, few: number): string[] {
  const open: string[] = [];
  let inView = Math.min(roots.length, few);
  const queue = [...roots];
  for (const { key, children } of queue) {
    if (!children) continue;
    inView += Math.min(children.length, few);
    if (inView > most) break;
    open.push(key);
    queue.push(...children);
  }
  return open;
}

/** Those whose name has the words in it, whatever their capitals and accents, from the top down. */
export function named(roots: readonly TreeNode[], words: string): TreeNode[] {
  const wanted = plain(words.trim());
  if (wanted === '') return [];
  const found: TreeNode[] = [];
  const stack = roots.toReversed();
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (plain(node.name ?? '').includes(wanted)) found.push(node);
    stack.push(...(node.children ?? []).toReversed());
  }
  return found;
}

const plain = (text: string) =>
  text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLocaleLowerCase();

/** In which row somebody stands where the open branches are written out; -1: in a closed one. */
export function rowOf(
  wanted: TreeNode,
  roots: readonly TreeNode[],
  open: ReadonlySet<string>,
): number {
  const stack = roots.toReversed();
  let row = 0;
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (node === wanted) return row;
    row += 1;
    if (open.has(node.key)) stack.push(...(node.children ?? []).toReversed());
  }
  return -1;
}
