import { describe, expect, test } from 'vitest';
import { parsePage, wordsOf } from '../../src/pages/page-nodes.ts';

const text = (value: string) => ({ type: 'text', text: value });
const paragraph = (...children: unknown[]) => ({ type: 'paragraph', children });

describe('Markdown becomes nodes', () => {
  test('of every kind that it has', async () => {
    const page = await parsePage(
      '# A *b* **c**\n\n1. one\n2. two\n\n- dot\n\n> said\n\n`x<y`  \nnext\n\n---\n\n```js\nrun()\n```\n',
    );
    expect(page).toEqual([
      {
        type: 'heading',
        level: 1,
        children: [
          text('A '),
          { type: 'emphasis', children: [text('b')] },
          text(' '),
          { type: 'strong', children: [text('c')] },
        ],
      },
      {
        type: 'list',
        start: 1,
        children: ['one', 'two'].map((each) => ({
          type: 'item',
          children: [paragraph(text(each))],
        })),
      },
      {
        type: 'list',
        start: null,
        children: [{ type: 'item', children: [paragraph(text('dot'))] }],
      },
      { type: 'quote', children: [paragraph(text('said'))] },
      paragraph({ type: 'code', text: 'x<y' }, { type: 'break' }, text('next')),
      { type: 'rule' },
      { type: 'code-block', text: 'run()' },
    ]);
  });

  test('and a list that begins elsewhere begins there', async () => {
    expect(await parsePage('7. seven')).toMatchObject([{ type: 'list', start: 7 }]);
  });

  test('whose words can be had without their looks', async () => {
    expect(wordsOf(await parsePage('A *b* `c`'))).toBe('A b c');
  });
});

describe('a link', () => {
  const linked = async (markdown: string) => (await parsePage(markdown))[0];

  test.each([
    ['[a](https://example.org/?q=1#x)', 'https://example.org/?q=1#x'],
    ['[a](HTTP://example.org)', 'http://example.org/'],
    ['[a](mailto:ada@example.org)', 'mailto:ada@example.org'],
    ['[a][there]\n\n[there]: https://example.org/there', 'https://example.org/there'],
    ['[a][there]\n\n> [there]: https://example.org/deep', 'https://example.org/deep'],
  ])('%s leads there', async (markdown, url) => {
    expect(await linked(markdown)).toEqual(paragraph({ type: 'link', url, children: [text('a')] }));
  });

  test.each([
    '[a](javascript:alert(1))',
    '[a](JaVaScRiPt:alert(1))',
    '[a](<java\tscript:alert(1)>)',
    '[a](<\u0001javascript:alert(1)>)',
    '[a](&#106;avascript:alert(1))',
    '[a](data:text/html,<script>alert(1)</script>)',
    '[a](vbscript:x)',
    '[a](file:///etc/passwd)',
    '[a](//example.org)',
    '[a](/join)',
    '[a][bad]\n\n[bad]: javascript:alert(1)',
  ])('%s is its words alone', async (markdown) => {
    expect(await linked(markdown)).toEqual(paragraph(text('a')));
  });
});

describe('what is not Markdown’s own', () => {
  test('raw HTML is left out, between lines and in them', async () => {
    const page = await parsePage(
      '<script>alert(1)</script>\n\na <b onclick="x">b</b> c\n\n<!-- d -->',
    );
    expect(page).toEqual([paragraph(text('a '), text('b'), text(' c'))]);
  });

  test('of a picture its description stays', async () => {
    expect(await parsePage('![our loom](https://example.org/x.png)')).toEqual([
      paragraph(text('our loom')),
    ]);
    expect(await parsePage('![](x.png)')).toEqual([paragraph()]);
  });

  test('what is nested beyond reason is refused', async () => {
    await expect(parsePage(`${'>'.repeat(60)} x`)).rejects.toThrow('is nested too deeply');
    await expect(parsePage(`${'>'.repeat(10)} x`)).resolves.toHaveLength(1);
  });
});
