/** Loaded with the first list. */
const papaparse = async () => (await import('papaparse')).default;

/** The cells of a text: divided by commas, semicolons or tabs, whichever it has. */
export async function readCells(text: string): Promise<string[][]> {
  const { parse } = await papaparse();
  // Spreadsheets begin a file with a mark of its encoding.
  return parse<string[]>(text.replace(/^\ufeff/, ''), {
    skipEmptyLines: false,
    delimitersToGuess: [',', ';', '\t'],
  }).data;
}

/**
 * A CSV that spreadsheets read in the right encoding. What they would take for a formula has an apostrophe before it, as
 * OWASP has it ("CSV Injection"): labels and names are anybody's.
 */
export async function writeCells(fields: string[], data: string[][]): Promise<string> {
  const { unparse } = await papaparse();
  return `\ufeff${unparse({ fields, data }, { escapeFormulae: /^[=+\-@\t\r\uff0b\uff0d\uff1d\uff20]/, newline: '\r\n' })}`;
}

/** Hands a file to whoever sits at the browser. */
export function download(name: string, text: string, type: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
