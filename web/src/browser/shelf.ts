/**
 * A place to keep small texts. Storage may be full, forbidden or absent: then nothing is kept and
 * nothing breaks.
 */
export interface Shelf {
  get(key: string): string | undefined;
  set(key: string, value: string): void;
  remove(key: string): void;
}

/** Until the tab closes; a reload keeps it. */
export const inTab = shelf(() => window.sessionStorage);

/** For all tabs of this browser. */
export const inBrowser = shelf(() => window.localStorage);

/** What was kept as JSON, where it still is what `check` says. */
export function recall<T>(
  place: Shelf,
  key: string,
  check: (value: unknown) => value is T,
): T | undefined {
  try {
    const value: unknown = JSON.parse(place.get(key) ?? 'null');
    return check(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function shelf(storage: () => Storage): Shelf {
  const attempt = <T>(use: (storage: Storage) => T): T | undefined => {
    try {
      return use(storage());
    } catch {
      return undefined;
    }
  };
  return {
    get: (key) => attempt((it) => it.getItem(key)) ?? undefined,
    set: (key, value) => attempt((it) => it.setItem(key, value)),
    remove: (key) => attempt((it) => it.removeItem(key)),
  };
}
