import type { BrowserContext, ConsoleMessage } from '@playwright/test';

export type Watch = ReturnType<typeof createWatch>;

/**
 * Sees what pages do that they should not: ask another host, break the content security policy, throw, write an error to the
 * console. Each is kept as a sentence, which fails the test that it came in.
 *
 * @param allowed addresses of the portal and of Keycloak.
 */
export function createWatch(...allowed: string[]) {
  const origins = allowed.map((url) => new URL(url).origin);
  const requests: string[] = [];
  const troubles: string[] = [];
  const expected: RegExp[] = [];

  function asked(address: string) {
    requests.push(address);
    const { protocol, origin } = new URL(address);
    if (/^https?:$/.test(protocol) && !origins.includes(origin))
      troubles.push(`asked another host: ${address}`);
  }

  function wrote(message: ConsoleMessage) {
    if (message.type() !== 'error' || isRefusal(message)) return;
    troubles.push(`error in the console: ${message.text()} (${message.location().url})`);
  }

  return {
    /** Every address that was asked for, in order. */
    requests: requests as readonly string[],
    follow(context: BrowserContext): void {
      context.on('request', (request) => asked(request.url()));
      context.on('console', wrote);
      context.on('weberror', (event) => troubles.push(`uncaught: ${event.error()}`));
    },
    /** A further address that is ours. */
    allow(url: string): void {
      origins.push(new URL(url).origin);
    },
    /** What this test brings about on purpose. */
    expect(...troubles: RegExp[]): void {
      expected.push(...troubles);
    },
    troubles: () => troubles.filter((trouble) => !expected.some((each) => each.test(trouble))),
  };
}

/** Chromium calls an answer of 4xx an error; of the API's, it is an answer. */
function isRefusal(message: ConsoleMessage): boolean {
  return (
    /^Failed to load resource: .* status of 4\d\d/.test(message.text()) &&
    new URL(message.location().url).pathname.includes('/api/v1/')
  );
}
