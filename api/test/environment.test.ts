import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { describe, expect, test } from 'vitest';
import { loadConfig } from '../src/config.ts';
import { EnvironmentSchema } from '../src/environment.ts';

const variables: { name: string; description?: unknown; default?: unknown }[] =
  Object.entries<object>(EnvironmentSchema.properties).map(([name, schema]) => ({
    ...schema,
    name,
  }));

describe('.env.sample', () => {
  const sample = readFileSync(new URL('../../.env.sample', import.meta.url), 'utf8');
  const lines = [...sample.matchAll(/^# (.+)\n(# )?([A-Z][A-Z_]+)=(.*)$/gm)].map(
    ([, description, optional, name, value]) => ({ description, optional, name, value }),
  );

  test('lists exactly the variables that are read, each with what it means', () => {
    expect(sample.match(/^(# )?[A-Z][A-Z_]+=/gm)).toHaveLength(lines.length);
    expect(Object.fromEntries(lines.map(({ name, description }) => [name, description]))).toEqual(
      Object.fromEntries(variables.map(({ name, description }) => [name, description])),
    );
    expect(lines).toHaveLength(variables.length);
  });

  test('has the defaults that are', () => {
    for (const { name, ...schema } of variables.filter((variable) => 'default' in variable))
      expect(lines.find((line) => line.name === name)).toMatchObject({
        value: String(schema.default),
        optional: undefined,
      });
  });

  test('is complete, but for a secret that must be made', () => {
    const { KEYCLOAK_CLIENT_SECRET_FILE: _kept, ...sampled } = parseEnv(sample);
    const mine = { KEYCLOAK_CLIENT_SECRET: 'of the set-up' };
    expect(() => loadConfig({ ...sampled, ...mine })).toThrow(
      /:\n {2}APP_SECRET_KEY is the sample; make one with: openssl rand -base64 48$/,
    );
    const examples = sample.replaceAll(/^# (?=[A-Z][A-Z_]+=)/gm, '');
    const { KEYCLOAK_CLIENT_SECRET_FILE: _file, ...others } = parseEnv(examples);
    expect(loadConfig({ ...others, ...mine, APP_SECRET_KEY: 'x'.repeat(32) })).toBeTypeOf('object');
    expect(() => loadConfig({ ...others, APP_SECRET_KEY: 'x'.repeat(32) })).toThrow(
      /KEYCLOAK_CLIENT_SECRET is the sample; take the one that the set-up wrote/,
    );
  });
});

test('README has the same table', () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  const rows = [...readme.matchAll(/^\| `([A-Z_]+)` \| (?:`(.*?)`)? ?\| (.+) \|$/gm)];
  expect(rows.map(([, name, usual, description]) => ({ name, usual, description }))).toEqual(
    variables.map(({ name, description, ...schema }) => ({
      name,
      usual: String(schema.default ?? '') || undefined,
      description,
    })),
  );
});
