/** What a mail says, apart from its form. */
export interface MailContent {
  language: string;
  title: string;
  /** Somebody's own words, with whose they are. */
  quote?: { by: string; text: string };
  lines: string[];
  button: { words: string; url: string };
  foot: string;
}

const RIGHT_TO_LEFT = /^(?:ar|fa|he|ur)\b/;

/** The same mail as plain text and as HTML. */
export function layOut(content: MailContent): { text: string; html: string } {
  return { text: plain(content), html: markup(content) };
}

function plain({ title, quote, lines, button, foot }: MailContent): string {
  const parts = [
    title,
    ...(quote ? [`${quote.by}\n${quote.text.replace(/^/gm, '> ')}`] : []),
    `${button.words}:\n${button.url}`,
    ...lines,
    `-- \n${foot}`,
  ];
  return `${parts.join('\n\n')}\n`;
}

/** Simple enough for every mail program; nothing in it is fetched from anywhere. */
function markup({ language, title, quote, lines, button, foot }: MailContent): string {
  const direction = RIGHT_TO_LEFT.test(language) ? 'rtl' : 'ltr';
  const paragraph = (text: string) => `<p dir="auto">${escaped(text)}</p>`;
  return [
    '<!doctype html>',
    `<html lang="${escaped(language)}" dir="${direction}"><head><meta charset="utf-8"><title>${escaped(title)}</title></head>`,
    '<body style="font-family:Georgia,serif;font-size:17px;line-height:1.5;max-width:34em;margin:1.5em auto;padding:0 1em">',
    paragraph(title),
    ...(quote
      ? [
          paragraph(quote.by),
          `<blockquote dir="auto" style="white-space:pre-line;border-inline-start:3px solid;margin:1em 0;padding:0 1em">${escaped(quote.text)}</blockquote>`,
        ]
      : []),
    `<p><a href="${escaped(button.url)}"><b>${escaped(button.words)}</b></a><br><small dir="ltr">${escaped(button.url)}</small></p>`,
    ...lines.map(paragraph),
    `<p dir="auto"><small>${escaped(foot)}</small></p>`,
    '</body></html>',
  ].join('\n');
}

const SIGNS: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (sign) => SIGNS[sign] ?? sign);
