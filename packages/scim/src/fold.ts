/**
 * Folds a text for comparison without regard to case: two texts are equal in any case when their folded forms are
 * equal.
 *
 * Letters of every script fold, and composed and decomposed forms become the same. Characters that are not shown, such
 * as joiners and soft hyphens, are ignored: no two users may differ by one of these only. A character outside ASCII never
 * folds to ASCII: otherwise the Kelvin sign, a dotless ı or a ß could make one user's address match another's.
 */
export function foldText(text: string): string {
  for (let index = 0; index < text.length; index += 1) if (text.charCodeAt(index) > 0x7f) return foldUnicode(text);
  return text.toLowerCase();
}

const ignorable = /\p{Default_Ignorable_Code_Point}/u;

/** Folds each character by itself: folded as a whole, a final sigma would depend on its neighbours. */
function foldUnicode(text: string): string {
  let folded = '';
  for (const character of text) if (!ignorable.test(character)) folded += foldCharacter(character);
  return folded.normalize('NFC');
}

function foldCharacter(character: string): string {
  if (character <= '\u007f') return character.toLowerCase();
  const lower = character.normalize('NFC').toLowerCase();
  // Stays different from ASCII: a private-use character, which normalization keeps, and the code point.
  return hasAscii(lower) ? `\uE000${character.codePointAt(0)};` : lower;
}

function hasAscii(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) if (text.charCodeAt(index) <= 0x7f) return true;
  return false;
}
