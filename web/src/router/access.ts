import type { Router } from 'vue-router';
import { problemOf, unreachable } from '../api/problem.ts';
import { useSessionStore } from '../auth/session-store.ts';
import { useTroubleStore } from '../shell/trouble-store.ts';

/** Who may see a page: `anyone`, or a `member` (signed in; the rest is the API's to say). */
export type Access = 'anyone' | 'member';

declare module 'vue-router' {
  interface RouteMeta {
    access?: Access;
    /** Signing in passes through here, which needs https. */
    signIn?: boolean;
  }
}

/** The one guard. Pages hold no logic of access. */
export function guardAccess(router: Router, openMemberSide: () => Promise<void>) {
  const session = useSessionStore();
  const troubles = useTroubleStore();

  router.beforeEach(async (to) => {
    const forMembers = to.meta.access !== 'anyone';
    if (!forMembers && !to.meta.signIn) return true;
    if (!window.isSecureContext) {
      troubles.trouble = { reason: 'insecure', path: to.fullPath };
      return false;
    }
    if (!forMembers) return true;
    try {
      const admission = await session.admit(to.fullPath);
      if (admission !== 'in') return { name: admission, replace: true };
      await openMemberSide();
      return true;
    } catch (error) {
      troubles.trouble = { reason: problemOf(error), path: to.fullPath };
      return false;
    }
  });

  router.afterEach((_to, _from, failure) => {
    if (!failure) troubles.trouble = undefined;
  });

  // A part of the page that doesn't load: the server is away, or has a newer build by now.
  router.onError((_error, to) => {
    troubles.trouble = { reason: unreachable().problem, path: to.fullPath, reload: true };
  });
}
