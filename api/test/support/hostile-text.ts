/** What a person may write, by what somebody hopes that it does. It is text: kept letter by letter, and shown as it is. */
export const TEXTS: Record<string, string> = {
  'a script': '<script>alert(1)</script>',
  'an image that runs': '<img src=x onerror=alert(1)>',
  'a drawing that runs': '<svg/onload=alert(1)>',
  'the end of an attribute': '" onmouseover="alert(1)',
  'the end of a script': '</script><script>alert(1)//',
  'an address that runs': 'javascript:alert(1)',
  'an address': 'https://evil.example/sign-in',
  entities: '&lt;script&gt;&#x0a;&amp;',
  templates: '{{7*7}} #{7*7} <%= 7*7 %> {name} @:app.wait',
  'format signs': '%s %n %x %d %%',
  'encoded line breaks': '%0d%0aBcc: x@evil.example',
  'escaped line breaks': '\\r\\nBcc: x@evil.example',
  'an encoded word': '=?utf-8?q?x=0d=0aBcc:_x@evil.example?=',
  'another header': 'Bcc: x@evil.example',
  SQL: "'; DROP TABLE user_entity; --",
  'a formula': '=HYPERLINK("https://evil.example")',
  'a shell': '$(reboot) `reboot` ; reboot | reboot',
  'a path': '../../../../etc/passwd',
  'a prototype': '__proto__',
  JSON: '{"$ref": "#/x", "enabled": false}',
  'words without end': 'W'.repeat(100),
  'marks upon marks': `Z${'\u0334\u0335\u0336'.repeat(30)}`,
  'right to left': 'שלום עליכם',
  'no width': 'a\u200bb\u200dc\u2060d',
  'joined signs': '👩🏽‍🌾🏳️‍🌈',
};

/** What nobody writes, and no program needs. */
export const CONTROLS: Record<string, string> = {
  NUL: 'a\0b',
  'a bell': 'a\u0007b',
  'colours of a terminal': '\u001b[31mred\u001b[0m',
  backspaces: 'admin\b\b\b',
  DEL: 'a\u007fb',
  'a C1 control': 'a\u009b31mb',
  'a mark that turns the direction': 'photo\u202egnp.exe',
  'an isolate': 'a\u2066b\u2069',
  'half a sign': 'a\ud83d',
  'the other half': '\ude00b',
  'halves the wrong way round': '\ude00\ud83d',
};

export const LINE_BREAKS: Record<string, string> = {
  LF: 'a\nBcc: x@evil.example',
  'CR LF': 'a\r\nBcc: x@evil.example',
  CR: 'a\rBcc: x@evil.example',
  NEL: 'a\u0085Bcc: x@evil.example',
  'a line separator': 'a\u2028Bcc: x@evil.example',
  'a paragraph separator': 'a\u2029Bcc: x@evil.example',
};

/** Addresses that would be two, or a header, or a command, to somebody who reads them carelessly. */
export const REFUSED_ADDRESSES = [
  'grace@example.org\r\nBcc: x@evil.example',
  'grace@example.org\nBcc: x@evil.example',
  'grace@example.org%0d%0aBcc:x@evil.example',
  'grace@example.org,x@evil.example',
  'grace@example.org;x@evil.example',
  'grace@example.org x@evil.example',
  'x@evil.example,grace@example.org',
  // To a mail server that takes the first > for the end of it, this is x@evil.example.
  '"x@evil.example> RCPT TO:<y"@example.org',
  '"a\\" <x@evil.example>"@example.org',
  'Grace <x@evil.example>',
  '<x@evil.example>',
  'x@evil.example(grace@example.org)',
  '=?utf-8?q?=0d=0aBcc:_x@evil.example?=@example.org',
  'x@evil.example\0@example.org',
  'grace@example.org\u2028Bcc:x@evil.example',
  'grace\u202e@example.org',
  'gr\ud800ace@example.org',
  '<script>alert(1)</script>@example.org',
  'grace@evil.example.',
  `${'a'.repeat(70)}@example.org`,
  `grace@${'a'.repeat(2000)}.org`,
];

/** Odd ones that a realm takes: each is one address, and no other's. */
export const ODD_ADDRESSES = [
  '"x@evil.example, y"@example.org',
  '"x@evil.example"@example.org',
  '"a,b"@example.org',
  '-oQ/x@example.org',
  '|reboot@example.org',
  '%s%n@example.org',
  'grace@[127.0.0.1]',
];
