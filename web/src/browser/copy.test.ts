import { afterEach, expect, test, vi } from 'vitest';
import { copyLater, copyNow } from './copy.ts';

/** A clipboard that works as a browser's would; happy-dom's has no way to refuse. */
function clipboard(given: Partial<Clipboard> | undefined) {
  vi.stubGlobal('navigator', { clipboard: given });
}

afterEach(() => vi.unstubAllGlobals());

test('the clipboard is asked for at once, while the press lasts, and gets the text when it comes', async () => {
  const later = Promise.withResolvers<string>();
  const write = vi.fn(async ([item]: ClipboardItem[]) => void (await item?.getType('text/plain')));
  vi.stubGlobal(
    'ClipboardItem',
    class {
      items: Record<string, Promise<Blob>>;
      constructor(items: Record<string, Promise<Blob>>) {
        this.items = items;
      }
      getType(type: string) {
        return this.items[type];
      }
    },
  );
  clipboard({ write });
  const copied = copyLater(later.promise);
  expect(write).toHaveBeenCalledOnce();
  later.resolve('link');
  expect(await copied).toBe(true);
});

test('a browser without promised items gets the text afterwards', async () => {
  const writeText = vi.fn(async () => undefined);
  clipboard({ writeText });
  expect(await copyLater(Promise.resolve('link'))).toBe(true);
  expect(writeText).toHaveBeenCalledWith('link');
});

test('“copied” only when true: no clipboard, permission denied, no text', async () => {
  clipboard(undefined);
  expect(await copyLater(Promise.resolve('link'))).toBe(false);
  clipboard({ writeText: () => Promise.reject(new DOMException('no', 'NotAllowedError')) });
  expect(await copyNow('link')).toBe(false);
  expect(await copyLater(Promise.reject(new Error('no link')))).toBe(false);
});
