/**
 * A username from a name: "Grâce Hopper" becomes "grace.hopper". Empty where the name is in a script that
 * has no plain letters to take.
 */
export function proposeUsername(firstName: string, lastName: string): string {
  return [firstName, lastName].map(plain).filter(Boolean).join('.');
}

const LETTERS: Record<string, string> = {
  ß: 'ss',
  æ: 'ae',
  ø: 'o',
  œ: 'oe',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ı: 'i',
};

function plain(name: string): string {
  return name
    .toLowerCase()
    .normalize('NFD')
    .replace(/[ßæøœłđðþı]/g, (letter) => LETTERS[letter] ?? '')
    .replace(/[^a-z0-9-]/g, '')
    .replace(/^-+|-+$/g, '');
}
