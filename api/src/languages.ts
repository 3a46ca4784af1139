/**
 * The one of these that is nearest to the language asked for: itself, or what is left of it without its region and
 * script (RFC 4647, section 3.4).
 *
 * @param asked a BCP 47 tag; empty: none in particular.
 * @returns undefined where none of them is near.
 */
export function nearestLanguage(asked: string, spoken: readonly string[]): string | undefined {
  const parts = asked.toLowerCase().split('-');
  for (let count = parts.length; count > 0; count--) {
    const range = parts.slice(0, count).join('-');
    const found = spoken.find((language) => language.toLowerCase() === range);
    if (found !== undefined) return found;
  }
  return undefined;
}
