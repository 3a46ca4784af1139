import { expect, test } from 'vitest';

type Messages = { [key: string]: string | Messages };

const files = import.meta.glob<Messages>('./{public,member}/en.json', {
  import: 'default',
  eager: true,
});
const sources = import.meta.glob<string>(['../**/*.{ts,vue}', '!../**/*.test.ts'], {
  query: '?raw',
  import: 'default',
  eager: true,
});
const source = Object.values(sources).join('\n');

const keysOf = (messages: Messages, path = ''): string[] =>
  Object.entries(messages).flatMap(([key, message]) =>
    typeof message === 'string' ? [path + key] : keysOf(message, `${path}${key}.`),
  );
const keys = Object.values(files).flatMap((messages) => keysOf(messages));
const rooms = new Set(keys.map((key) => key.split('.')[0]));

/** Texts in quotes that look like a key: `join.title`. */
const quoted = new Set(
  [...source.matchAll(/(['"])([a-zA-Z]+(?:\.[\w-]+)+)\1/g)].map(([, , text = '']) => text),
);
/** Keys whose last part is decided while the page runs: `wrong.${code}`. */
const made = [...source.matchAll(/`([a-zA-Z]+\.(?:[\w-]+\.)*)\$\{[^}]+\}([\w-]*)`/g)]
  .filter(([, start = '']) => rooms.has(start.split('.')[0]))
  .map(([, start = '', end = '']) => new RegExp(`^${start.replaceAll('.', '\\.')}[\\w-]+${end}$`));

test('every message is said somewhere', () => {
  const unused = keys.filter((key) => !quoted.has(key) && !made.some((each) => each.test(key)));
  expect(unused).toEqual([]);
});

test('everything that is said has its message', () => {
  const said = [
    ...source.matchAll(/\bt\(\s*'([^']+)'/g),
    ...source.matchAll(/\bwords="([a-zA-Z.-]+)"/g),
  ].map(([, key = '']) => key);
  expect(said.length).toBeGreaterThan(100);
  expect(said.filter((key) => !keys.includes(key))).toEqual([]);
  for (const each of made)
    expect(
      keys.filter((key) => each.test(key)),
      each.source,
    ).not.toEqual([]);
});
