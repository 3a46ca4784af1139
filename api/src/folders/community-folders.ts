import type { Config } from '../config.ts';
import { createLook } from '../look/community-look.ts';
import { createPages } from '../pages/page-library.ts';
import type { Log } from '../plugins/logging.ts';

/** What whoever runs the portal mounts: the community's pages and its look. */
export function createCommunityFolders({ pagesDir, look: { accent, dir } }: Config, log: Log) {
  const pages = createPages(pagesDir, log);
  const look = createLook(accent, dir, log);
  return {
    pages,
    look,
    /** @throws FolderError that names the file which is wrong. */
    async open(): Promise<void> {
      await Promise.all([pages.open(), look.open()]);
    },
  };
}
