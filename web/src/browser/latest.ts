/**
 * Of several runs only the newest may write: each asks, after waiting, whether it still is.
 *
 *     const stillNewest = begin();
 *     const answer = await ask();
 *     if (stillNewest()) shown.value = answer;
 */
export function useLatest() {
  let newest = 0;
  return function begin(): () => boolean {
    newest += 1;
    const mine = newest;
    return () => mine === newest;
  };
}
