import { createRouter, type RouteRecordRaw, type RouterHistory } from 'vue-router';
import { takeTokenFromAddress } from '../join/invite-token.ts';

/** A page is a member's unless it says otherwise. */
export const routes: RouteRecordRaw[] = [
  {
    path: '/',
    component: () => import('../shell/MemberShell.vue'),
    meta: { access: 'member' },
    children: [
      { path: '', name: 'invites', component: () => import('../invites/InvitesView.vue') },
      {
        path: 'many-links',
        name: 'many-links',
        component: () => import('../many/ManyLinksView.vue'),
      },
      { path: 'tree', name: 'tree', component: () => import('../tree/TreeView.vue') },
    ],
  },
  {
    path: '/join',
    name: 'join',
    component: () => import('../join/JoinView.vue'),
    meta: { access: 'anyone' },
  },
  {
    path: '/joined',
    name: 'joined',
    component: () => import('../join/JoinedView.vue'),
    meta: { access: 'anyone' },
  },
  {
    path: '/welcome',
    name: 'welcome',
    component: () => import('../auth/WelcomeView.vue'),
    meta: { access: 'anyone' },
  },
  {
    path: '/sign-in',
    name: 'sign-in',
    component: () => import('../auth/SignInView.vue'),
    meta: { access: 'anyone', signIn: true },
  },
  {
    path: '/signed-in',
    name: 'signed-in',
    component: () => import('../auth/SignedInView.vue'),
    meta: { access: 'anyone', signIn: true },
  },
  {
    path: '/pages/:slug',
    name: 'page',
    component: () => import('../pages/PageView.vue'),
    meta: { access: 'anyone' },
  },
  {
    path: '/:rest(.*)*',
    name: 'not-found',
    component: () => import('../shell/NotFoundView.vue'),
    meta: { access: 'anyone' },
  },
];

export function createPortalRouter(history: RouterHistory) {
  const router = createRouter({
    history,
    routes,
    scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
  });
  router.beforeEach((to) => (to.name === 'join' ? takeTokenFromAddress(to) : true));
  return router;
}
