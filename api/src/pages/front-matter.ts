/** What a page's file may say of itself before its text. */
export interface FrontMatter {
  title?: string;
  menu?: boolean;
  invitee?: boolean;
  terms?: boolean;
  version?: string;
}

const FENCE = '---';
const LONGEST_TITLE = 120;
/** It is kept with each account, in one attribute with other words. */
const VERSION = /^[A-Za-z0-9._-]{1,64}$/;

/**
 * Lines of `key: value` between two of `---`, and nothing else that YAML has: what isn't understood is refused, where a
 * parser would guess.
 *
 * @returns what they say, and the text after them.
 * @throws Error that names the line.
 */
export function readFrontMatter(source: string): { matter: FrontMatter; text: string } {
  const lines = source.split('\n');
  if (lines[0]?.trimEnd() !== FENCE) return { matter: {}, text: source };
  const end = lines.findIndex((line, index) => index > 0 && line.trimEnd() === FENCE);
  if (end < 0) throw new Error(`begins with ${FENCE} and has no second one to end what it says`);
  const said = new Map<string, string>();
  for (const line of lines.slice(1, end).map((each) => each.trim())) {
    if (line === '') continue;
    const [, key = '', value = ''] = /^([a-z]+):\s+(.+)$/.exec(line) ?? [];
    if (!Object.hasOwn(READERS, key)) throw new Error(`says “${line}”, which has no meaning`);
    if (said.has(key)) throw new Error(`says “${key}” twice`);
    said.set(key, unquoted(value));
  }
  return { matter: read(said), text: lines.slice(end + 1).join('\n') };
}

const READERS = { title, menu: yesOrNo, invitee: yesOrNo, terms: yesOrNo, version };

function read(said: ReadonlyMap<string, string>): FrontMatter {
  const reading = <T>(key: keyof typeof READERS, reader: (value: string, key: string) => T) => {
    const value = said.get(key);
    return value === undefined ? {} : { [key]: reader(value, key) };
  };
  return {
    ...reading('title', READERS.title),
    ...reading('menu', READERS.menu),
    ...reading('invitee', READERS.invitee),
    ...reading('terms', READERS.terms),
    ...reading('version', READERS.version),
  };
}

function title(value: string): string {
  if ([...value].length > LONGEST_TITLE)
    throw new Error(`has a title of more than ${LONGEST_TITLE} characters`);
  return value;
}

function yesOrNo(value: string, key: string): boolean {
  if (value !== 'true' && value !== 'false') throw new Error(`needs true or false after “${key}:”`);
  return value === 'true';
}

function version(value: string): string {
  if (!VERSION.test(value))
    throw new Error('needs letters, digits, dots, dashes and underscores alone in its version');
  return value;
}

function unquoted(value: string): string {
  return /^(["'])(.*)\1$/.exec(value)?.[2] ?? value;
}
