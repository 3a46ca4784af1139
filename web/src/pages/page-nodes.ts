import type { PageNode } from '@portal/shared';
import { type FunctionalComponent, h, type VNodeChild } from 'vue';

/**
 * What Markdown says, as elements. A render function, for a template would put white space between what stands in one
 * line. Text is only ever text here, and of an element nothing comes from the author but its words, its place and where a
 * link leads to.
 */
export const PageNodes: FunctionalComponent<{ nodes: readonly PageNode[]; inner?: boolean }> = ({
  nodes,
  inner = false,
}) => draw(nodes, inner ? 3 : 2);
PageNodes.props = ['nodes', 'inner'];

const draw = (nodes: readonly PageNode[], top: number): VNodeChild[] =>
  nodes.map((node) => drawOne(node, top));

/** @param top the level of a page's highest heading; above it is the title. */
function drawOne(node: PageNode, top: number): VNodeChild {
  switch (node.type) {
    case 'text':
      return node.text;
    case 'code':
      return h('code', { dir: 'ltr' }, node.text);
    case 'code-block':
      return h('pre', { dir: 'ltr', tabindex: 0 }, h('code', node.text));
    case 'break':
      return h('br');
    case 'rule':
      return h('hr');
    case 'heading':
      return h(`h${Math.min(Math.max(node.level, 2) + top - 2, 6)}`, draw(node.children, top));
    case 'list':
      return node.start === null
        ? h('ul', draw(node.children, top))
        : h('ol', { start: node.start }, draw(node.children, top));
    case 'link':
      return link(node.url, draw(node.children, top));
    default:
      return h(ELEMENTS[node.type], draw(node.children, top));
  }
}

const ELEMENTS = {
  paragraph: 'p',
  quote: 'blockquote',
  item: 'li',
  emphasis: 'em',
  strong: 'strong',
} as const;

/** The API lets no other address through; an older or another one's word is not taken for it. */
function link(url: string, words: VNodeChild[]): VNodeChild {
  if (/^mailto:/.test(url)) return h('a', { href: url }, words);
  if (!/^https?:\/\//.test(url)) return words;
  return h('a', { href: url, target: '_blank', rel: 'noopener noreferrer' }, words);
}
