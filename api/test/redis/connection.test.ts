import { describe, expect, test } from 'vitest';
import { parseRedisUrl } from '../../src/redis/connection.ts';

describe('an address of Redis', () => {
  test.each([
    ['redis://localhost', { kind: 'single', hosts: [{ host: 'localhost', port: 6379 }] }],
    ['redis://localhost:6380/3', { hosts: [{ host: 'localhost', port: 6380 }], database: 3 }],
    ['redis://[::1]:6380', { hosts: [{ host: '::1', port: 6380 }] }],
    ['rediss://redis.example.org', { tls: true }],
    ['redis://:s%2Fe%23%3F%40%3Acret@localhost', { username: undefined, password: 's/e#?@:cret' }],
    ['redis://ada:a+b=c@localhost', { username: 'ada', password: 'a+b=c' }],
    [
      'redis+sentinel://:secret@one,two:26380/community/2',
      {
        kind: 'sentinel',
        hosts: [
          { host: 'one', port: 26_379 },
          { host: 'two', port: 26_380 },
        ],
        master: 'community',
        database: 2,
        password: 'secret',
      },
    ],
    [
      'rediss+cluster://one:7000,two:7001',
      {
        kind: 'cluster',
        tls: true,
        hosts: [
          { host: 'one', port: 7000 },
          { host: 'two', port: 7001 },
        ],
      },
    ],
  ])('%s is read', (url, parts) => {
    expect(parseRedisUrl(url)).toMatchObject(parts);
  });

  test.each([
    ['http://localhost', 'must be a'],
    ['redis:/localhost', 'must be a'],
    ['redis://:a/b@localhost', 'database that is no number'],
    ['redis://:a%zz@localhost', '%25'],
    ['redis://one,two', 'redis+sentinel:// or redis+cluster://'],
    ['redis+sentinel://one,two', 'names no master'],
    ['redis+cluster://one/3', 'has none but 0'],
    ['redis://localhost/first', 'database that is no number'],
    ['redis://local host:port', 'host that is none'],
  ])('%s is refused, with what to write, and nothing of the address', (url, message) => {
    expect(() => parseRedisUrl(url)).toThrow(message);
    expect(() => parseRedisUrl(url)).not.toThrow(url);
  });
});
