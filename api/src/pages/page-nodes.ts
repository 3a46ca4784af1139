import type { PageNode } from '@portal/shared';
import type { Definition, Nodes, Root } from 'mdast';

/** Deeper than anybody writes; a screen has no room for it either. */
const DEEPEST = 24;

/**
 * Markdown as nodes of the contract's. Raw HTML is left out; of a picture its description stays, for there is nowhere that
 * the page may load it from; a link to anywhere but http, https and mailto is its words alone.
 *
 * The parser is loaded when there is something to parse: most portals have no pages of their own.
 *
 * @throws Error where it is nested too deeply.
 */
export async function parsePage(markdown: string): Promise<PageNode[]> {
  const { fromMarkdown } = await import('mdast-util-from-markdown');
  const tree = fromMarkdown(markdown);
  const definitions = definitionsOf(tree);

  function all(nodes: readonly Nodes[], depth: number): PageNode[] {
    if (depth > DEEPEST) throw new Error('is nested too deeply');
    return nodes.flatMap((node) => one(node, depth));
  }

  function one(node: Nodes, depth: number): PageNode[] {
    const children = () => ('children' in node ? all(node.children, depth + 1) : []);
    switch (node.type) {
      case 'text':
        return [{ type: 'text', text: node.value }];
      case 'inlineCode':
        return [{ type: 'code', text: node.value }];
      case 'code':
        return [{ type: 'code-block', text: node.value }];
      case 'break':
        return [{ type: 'break' }];
      case 'thematicBreak':
        return [{ type: 'rule' }];
      case 'heading':
        return [{ type: 'heading', level: node.depth, children: children() }];
      case 'list':
        return [
          { type: 'list', start: node.ordered ? (node.start ?? 1) : null, children: children() },
        ];
      case 'listItem':
        return [{ type: 'item', children: children() }];
      case 'blockquote':
        return [{ type: 'quote', children: children() }];
      case 'paragraph':
      case 'emphasis':
      case 'strong':
        return [{ type: node.type, children: children() }];
      case 'link':
        return link(node.url, children());
      case 'linkReference':
        return link(definitions.get(node.identifier)?.url, children());
      case 'image':
      case 'imageReference':
        return node.alt ? [{ type: 'text', text: node.alt }] : [];
      default:
        return [];
    }
  }

  return all(tree.children, 0);
}

/** The words of nodes, without what they look like. */
export function wordsOf(nodes: readonly PageNode[]): string {
  return nodes
    .map((node) => {
      if ('text' in node) return node.text;
      return 'children' in node ? wordsOf(node.children) : ' ';
    })
    .join('')
    .trim();
}

function link(url: string | undefined, children: PageNode[]): PageNode[] {
  const parsed = url === undefined ? null : URL.parse(url);
  // What a browser follows is what was checked: it reads an address as this parser does.
  if (!parsed || !/^(?:https?|mailto):$/.test(parsed.protocol)) return children;
  return [{ type: 'link', url: parsed.href, children }];
}

/** Those at the end of a text, which links name: the first of a name counts (CommonMark, section 4.7). */
function definitionsOf(tree: Root): Map<string, Definition> {
  const found = new Map<string, Definition>();
  const search = (nodes: readonly Nodes[]): void => {
    const queue = [...nodes];
    for (let node = queue.shift(); node; node = queue.shift()) {
      if (node.type === 'definition' && !found.has(node.identifier))
        found.set(node.identifier, node);
      if ('children' in node) queue.push(...node.children);
    }
  };
  search(tree.children);
  return found;
}
