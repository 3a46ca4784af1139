import type { TestRealm } from './realm.ts';

/** What an administrator does with a key when the next one is there: it still verifies, it no longer does, it is gone. */
export type OldKey = 'passive' | 'disabled' | 'removed';

export type RealmKeysByHand = Awaited<ReturnType<typeof createRealmKeysByHand>>;

const TYPE = 'org.keycloak.keys.KeyProvider';

/** The signing keys of a realm (RS256), as its administrators rotate them. */
export async function createRealmKeysByHand({ admin }: TestRealm) {
  const first = (await admin.list(`/components?type=${TYPE}`)).find(
    ({ providerId }) => providerId === 'rsa-generated',
  );
  let current = String(first?.id);
  let priority = 200;

  async function set(id: string, values: Record<string, string>): Promise<void> {
    const component = await admin.get(`/components/${id}`);
    const config = Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, [value]]),
    );
    await admin.put(`/components/${id}`, {
      ...component,
      config: { ...(typeof component.config === 'object' ? component.config : {}), ...config },
    });
  }

  return {
    /** A new key signs from now on. */
    async rotate(old: OldKey): Promise<void> {
      priority += 1;
      const next = await admin.create('/components', {
        name: `rotated-${priority}`,
        providerId: 'rsa-generated',
        providerType: TYPE,
        config: { priority: [String(priority)], algorithm: ['RS256'], keySize: ['2048'] },
      });
      if (old === 'removed') await admin.ask('DELETE', `/components/${current}`);
      else if (old === 'disabled') await set(current, { enabled: 'false', active: 'false' });
      else await set(current, { active: 'false' });
      current = next;
    },
  };
}
