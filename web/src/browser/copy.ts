/**
 * Copies a text that is still on its way. Must be called in the handler of a press: Safari lets a page
 * write to the clipboard only then, and takes a promise for what comes later.
 *
 * @returns whether it is truly on the clipboard; false too where there is none (http) or it is forbidden.
 */
export async function copyLater(text: Promise<string>): Promise<boolean> {
  // Its failure is told where the text is awaited.
  text.catch(() => undefined);
  return (await writePromised(text)) || (await copyNow(await text.catch(() => undefined)));
}

/** Copies a text that is there. */
export async function copyNow(text: string | undefined): Promise<boolean> {
  if (text === undefined) return false;
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

async function writePromised(text: Promise<string>): Promise<boolean> {
  try {
    const blob = text.then((it) => new Blob([it], { type: 'text/plain' }));
    blob.catch(() => undefined);
    await navigator.clipboard.write([new ClipboardItem({ 'text/plain': blob })]);
    return true;
  } catch {
    return false;
  }
}
