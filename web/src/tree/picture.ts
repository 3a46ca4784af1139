import { hierarchy, tree } from 'd3-hierarchy';
import type { TreeNode } from './people-tree.ts';

/** However large the community: more than this nobody can take in, and no phone draws at once. */
export const MOST_DRAWN = 300;
/** Of those whom one person invited, before somebody asks for more. */
export const FEW = 12;

const ROW = 34;
const COLUMN = 150;
const MARGIN = 24;
/** For the name of the last column. */
const LABEL = 140;

/** What is drawn: a person, or that there are more of them. The one without either is the community. */
export interface Drawn {
  key: string;
  person?: TreeNode;
  /** How many more there are beside those before. */
  more?: number;
  /** Whose they are; undefined: the community's. */
  of?: string | undefined;
  children: Drawn[];
}

export interface PictureNode extends Omit<Drawn, 'children'> {
  x: number;
  y: number;
  radius: number;
  /** Lines go on from it: its name stands above them. */
  inner: boolean;
}

export interface Picture {
  width: number;
  height: number;
  nodes: PictureNode[];
  links: { key: string; path: string }[];
  people: number;
}

export interface PictureWish {
  roots: readonly TreeNode[];
  open: ReadonlySet<string>;
  /** How many of those whom somebody invited were asked for, by their key; '' for those at the top. */
  wanted: ReadonlyMap<string, number>;
  /** Keys of those who are drawn in any case. */
  path: ReadonlySet<string>;
  /** Written from the right: the tree grows to the left. */
  mirrored: boolean;
}

/** A tidy tree of so much as can be taken in: the rest is closed branches, and "more". */
export function drawTree({ mirrored, ...wish }: PictureWish): Picture {
  const top: Drawn = { key: '', children: [] };
  const people = choose(top, wish);
  const laid = tree<Drawn>()
    .nodeSize([ROW, COLUMN])
    .separation(() => 1)(hierarchy(top));
  const all = laid.descendants();
  const first = Math.min(...all.map(({ x }) => x));
  const last = Math.max(...all.map(({ x }) => x));
  const width = 2 * MARGIN + laid.height * COLUMN + LABEL;
  const at = ({ x, y }: { x: number; y: number }) => ({
    x: mirrored ? width - MARGIN - y : MARGIN + y,
    y: x - first + MARGIN,
  });
  return {
    ...{ width, people },
    height: last - first + 2 * MARGIN,
    nodes: all.map((node) => {
      const { children: _, ...drawn } = node.data;
      return {
        ...drawn,
        ...at(node),
        radius: radiusOf(drawn.person),
        inner: node.children !== undefined,
      };
    }),
    links: laid.links().map(({ source, target }) => ({
      key: target.data.key,
      path: curve(at(source), at(target)),
    })),
  };
}

/** Level by level, so that what is left out is far from the top. Gives how many people are drawn. */
function choose(top: Drawn, { roots, open, wanted, path }: Omit<PictureWish, 'mirrored'>): number {
  let people = 0;
  const levels: [Drawn, readonly TreeNode[]][] = [[top, roots]];
  for (const [drawn, children] of levels) {
    const most = wanted.get(drawn.key) ?? FEW;
    const chosen = children.filter(
      ({ key }, i) => path.has(key) || (i < most && people + i < MOST_DRAWN),
    );
    people += chosen.length;
    for (const person of chosen) {
      const child: Drawn = { key: person.key, person, children: [] };
      drawn.children.push(child);
      if (person.children && open.has(person.key)) levels.push([child, person.children]);
    }
    const more = children.length - chosen.length;
    if (more > 0) drawn.children.push({ key: `${drawn.key}+`, more, of: drawn.key, children: [] });
  }
  return people;
}

/** The area of a dot says how many came by somebody. */
function radiusOf(person: TreeNode | undefined): number {
  return person ? Math.min(14, 5 + Math.sqrt(person.branch)) : 6;
}

type Point = { x: number; y: number };

function curve(from: Point, to: Point): string {
  const middle = (from.x + to.x) / 2;
  return `M${from.x},${from.y}C${middle},${from.y} ${middle},${to.y} ${to.x},${to.y}`;
}
