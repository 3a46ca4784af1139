import type { PageNode } from '@portal/shared';
import { mount } from '@vue/test-utils';
import { expect, test } from 'vitest';
import { h } from 'vue';
import { PageNodes } from './page-nodes.ts';

const text = (words: string): PageNode => ({ type: 'text', text: words });
const draw = (nodes: PageNode[], inner = false) =>
  mount({ render: () => h('div', h(PageNodes, { nodes, inner })) }).element.innerHTML;

test('draws every kind of node as the element that it is, with no space in between', () => {
  expect(
    draw([
      { type: 'heading', level: 1, children: [text('A')] },
      { type: 'heading', level: 3, children: [text('B')] },
      {
        type: 'paragraph',
        children: [
          text('a'),
          { type: 'emphasis', children: [text('b')] },
          { type: 'strong', children: [text('c')] },
          { type: 'code', text: 'd' },
          { type: 'break' },
        ],
      },
      { type: 'rule' },
      { type: 'quote', children: [{ type: 'paragraph', children: [text('e')] }] },
      { type: 'list', start: null, children: [{ type: 'item', children: [text('f')] }] },
      { type: 'list', start: 3, children: [{ type: 'item', children: [text('g')] }] },
      { type: 'code-block', text: 'h' },
    ]),
  ).toBe(
    '<h2>A</h2><h3>B</h3><p>a<em>b</em><strong>c</strong><code dir="ltr">d</code><br></p><hr>' +
      '<blockquote><p>e</p></blockquote><ul><li>f</li></ul><ol start="3"><li>g</li></ol>' +
      '<pre dir="ltr" tabindex="0"><code>h</code></pre>',
  );
});

test('in a dialog its headings stand below the dialog’s', () => {
  const levels = [1, 2, 3, 6].map((level): PageNode => ({ type: 'heading', level, children: [] }));
  expect(draw(levels, true)).toBe('<h3></h3><h3></h3><h4></h4><h6></h6>');
});

test('text is text', () => {
  const hostile = '<img src=x onerror="window.ran=1">{{ 1 }}';
  expect(draw([text(hostile), { type: 'code', text: hostile }])).not.toContain('<img');
});

test.each<[string, string]>([
  [
    'https://example.org/',
    '<a href="https://example.org/" target="_blank" rel="noopener noreferrer">a</a>',
  ],
  ['mailto:ada@example.org', '<a href="mailto:ada@example.org">a</a>'],
  ['javascript:alert(1)', 'a'],
  [' javascript:alert(1)', 'a'],
  ['data:text/html,x', 'a'],
  ['//example.org', 'a'],
])('a link to %s', (url, drawn) => {
  expect(draw([{ type: 'link', url, children: [text('a')] }])).toBe(drawn);
});
