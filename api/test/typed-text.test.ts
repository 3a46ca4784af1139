import { describe, expect, test } from 'vitest';
import {
  comparableDomain,
  comparableEmail,
  fitsBinding,
  hasControls,
  hasLineBreak,
  isEmail,
  isPlainEmail,
  tidy,
} from '../src/typed-text.ts';

describe('tidy', () => {
  test.each([
    ['  Ada  ', 'Ada'],
    ['\u00a0Ada\u00a0', 'Ada'],
    ['\ufeffAda\u2003', 'Ada'],
    ['Ada  Lovelace', 'Ada  Lovelace'],
    ['Zoe\u0308', 'Zoë'],
    [' \t\n ', ''],
    ['', ''],
  ])('makes %j %j', (typed, kept) => {
    expect(tidy(typed)).toBe(kept);
  });
});

describe('hasLineBreak', () => {
  test.each(['a\nb', 'a\r\nb', 'a\rb', 'a\u0085b', 'a\u2028b', 'a\u2029b'])(
    'sees it in %j',
    (it) => {
      expect(hasLineBreak(it)).toBe(true);
    },
  );
  test.each(['', 'a b', 'a\tb', 'a\u00a0b'])('sees none in %j', (text) => {
    expect(hasLineBreak(text)).toBe(false);
  });
});

describe('hasControls', () => {
  test.each([
    ...['a\0b', 'a\u0007', '\u001b[31m', 'a\u007f', 'a\u009b', 'gro\u202egnp.exe', '\u2066x'],
    ...['\ud800', 'a\udc00b', '\udc00\ud800'],
  ])('sees them in %j', (text) => {
    expect(hasControls(text)).toBe(true);
  });
  test.each(['', 'two\nlines', 'a\tb', '👩🏽‍🌾', 'Ελλάδα', 'שלום', 'e\u0301'])(
    'sees none in %j',
    (text) => {
      expect(hasControls(text)).toBe(false);
    },
  );
});

describe('comparableEmail', () => {
  test.each([
    ['Ada@Example.ORG', 'ada@example.org'],
    [' ada@bücher.example ', 'ada@xn--bcher-kva.example'],
    ['ada@XN--BCHER-KVA.example', 'ada@xn--bcher-kva.example'],
    ['ann@пример.рф', 'ann@xn--e1afmkfd.xn--p1ai'],
    ['"a@b"@example.org', '"a@b"@example.org'],
    ['ada+tag@example.org', 'ada+tag@example.org'],
    ['o\u0308@example.org', 'ö@example.org'],
    ['ada@not a domain', 'ada@not a domain'],
    ['no address', 'no address'],
  ])('of %j is %j', (typed, compared) => {
    expect(comparableEmail(typed)).toBe(compared);
  });
});

describe('isEmail', () => {
  test.each([
    'ada@example.org',
    'ada@localhost',
    'ada+tag@example.org',
    "o'brien@example.org",
    '"a@b"@example.org',
    '"a b"@example.org',
    'ann@пример.рф',
    'ä@example.org',
  ])('%s looks like one', (text) => {
    expect(isEmail(text)).toBe(true);
  });
  test.each([
    ...['', 'ada', '@example.org', 'ada@', 'ada@exa mple.org', 'ada @', 'ada@\nexample.org'],
    ...['a\0@example.org', 'a\u202e@example.org', 'a\ud800@example.org'],
    ...['<ada@example.org>', '"a@b> x <c"@example.org'],
  ])('%j doesn’t', (text) => {
    expect(isEmail(text)).toBe(false);
  });

  test('says so of a long one at once', () => {
    const start = performance.now();
    expect(isEmail(`${'a@'.repeat(100_000)}`)).toBe(false);
    expect(performance.now() - start).toBeLessThan(100);
  });
});

describe('comparableDomain', () => {
  test.each([
    ['@example.org', '@example.org'],
    [' @Example.ORG ', '@example.org'],
    ['@bücher.example', '@xn--bcher-kva.example'],
    ['@XN--bcher-kva.example', '@xn--bcher-kva.example'],
    ['@a.b.example.co.uk', '@a.b.example.co.uk'],
  ])('of %j is %s', (typed, domain) => {
    expect(comparableDomain(typed)).toBe(domain);
  });
  test.each([
    ...['example.org', '@', '@@example.org', 'a@example.org', '@localhost', '@example', '@.org'],
    ...['@example.org.', '@-a.org', '@a..org', '@1.2.3.4', '@[::1]', '@exa mple.org', '@*.org'],
    ...['@example.org/x', '@example.org?x', '@example.org#x', '@example.org:80', '@exa%6dple.org'],
    ...['@example.org,@evil.example', `@${'a'.repeat(64)}.org`, `@${'a.'.repeat(130)}org`],
  ])('is none: %j', (typed) => {
    expect(comparableDomain(typed)).toBeUndefined();
  });
});

describe('fitsBinding', () => {
  test.each([
    ['grace@example.org', '@example.org'],
    ['GRACE+x@Example.ORG', '@example.org'],
    ['"a@b"@example.org', '@example.org'],
    ['g@bücher.example', '@xn--bcher-kva.example'],
    ['g@xn--bcher-kva.example', '@xn--bcher-kva.example'],
    ['Grace@example.org', 'grace@example.org'],
  ])('%s is for %s', (email, bound) => {
    expect(fitsBinding(email, bound)).toBe(true);
  });
  test.each([
    ['grace@sub.example.org', '@example.org'],
    ['grace@evilexample.org', '@example.org'],
    ['grace@example.org.evil.example', '@example.org'],
    ['grace@example.org?.evil.example', '@example.org'],
    ['grace@example.org/.evil.example', '@example.org'],
    ['grace@example.org#.evil.example', '@example.org'],
    ['"grace@example.org"@evil.example', '@example.org'],
    ['grace@example.com', '@example.org'],
    ['ada@example.org', 'grace@example.org'],
    ['grace@example.org?x', 'grace@example.org'],
  ])('%s is not for %s', (email, bound) => {
    expect(fitsBinding(email, bound)).toBe(false);
  });
});

describe('isPlainEmail', () => {
  test.each(['grace@example.org', "o'brien+x@example.org", 'zoë@bücher.example'])(
    'takes %s',
    (email) => {
      expect(isPlainEmail(email)).toBe(true);
    },
  );
  test.each([
    ...['a@b.org,c@d.org', 'a@b.org, c@d.org', 'a@b.org;c@d.org', 'Grace <a@b.org>', '"a"@b.org'],
    ...[
      'a@b.org\r\nBcc: c@d.org',
      'a@b.org\u2028',
      'a b@c.org',
      'a@b@c.org',
      'a(x)@b.org',
      'g@',
      '',
    ],
    ...[`${'a'.repeat(65)}@b.org`, `a@${'b'.repeat(260)}.org`, 'a\u202eb@c.org', 'group:a@b.org'],
  ])('takes no %j', (email) => {
    expect(isPlainEmail(email)).toBe(false);
  });
});
