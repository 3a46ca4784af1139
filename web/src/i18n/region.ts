/** The reader's own region of the language that the page is in; for English elsewhere, Britain's order. */
export function regionOf(language: string, wanted: readonly string[]): string {
  const regional = wanted.find((tag) => tag.toLowerCase().startsWith(`${language}-`));
  return regional ?? (language === 'en' ? 'en-GB' : language);
}
