import { onScopeDispose } from 'vue';

interface Listener {
  what: string;
  changed: () => void;
}

const listeners = new Set<Listener>();
/** One for the whole page: what it sends it doesn't hear itself. A browser without channels is told nothing. */
const channel =
  typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel('portal');
channel?.addEventListener('message', ({ data }) => {
  for (const { what, changed } of listeners) if (data === what) changed();
});

/** Tells this browser's other tabs that something has changed. */
export function tellOtherTabs(what: string): void {
  channel?.postMessage(what);
}

/** What to do when another tab has changed something; until the component goes. */
export function onOtherTabs(what: string, changed: () => void): void {
  const listener = { what, changed };
  listeners.add(listener);
  onScopeDispose(() => listeners.delete(listener));
}
