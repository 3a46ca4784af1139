import { useTimes } from '../i18n/times.ts';
import { useWords } from '../i18n/words.ts';
import type { TreeNode } from './people-tree.ts';

/** What is said of somebody in the tree. */
export function useTreeWords() {
  const { t } = useWords();
  const { longDay } = useTimes();
  return {
    name: (node: TreeNode | undefined) => node?.name ?? t('tree.left'),
    /** "invited 3 · 12 in all"; empty: nobody. */
    about(node: TreeNode): string {
      const invited = node.children?.length ?? 0;
      if (invited === 0) return '';
      const own = t('tree.invited', {}, invited);
      return node.branch > invited ? `${own} · ${t('tree.branch', { count: node.branch })}` : own;
    },
    /** Undefined: they came by no link. */
    joined: (node: TreeNode | undefined) =>
      node?.joinedAt === undefined
        ? undefined
        : t('tree.joinedOn', { date: longDay(node.joinedAt) }),
  };
}
