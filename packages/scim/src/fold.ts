/**
 * A text as it is compared where the case of letters does not count.
 *
 * Letters of any script fold, composed and decomposed forms are the same, but nothing outside ASCII ever becomes ASCII: the Kelvin sign,
 * a dotless ı or a ß match nobody else's address.
 */
export function foldText(text: string): string {
  for (let index = 0; index < text.length; index += 1) if (text.charCodeAt(index) > 0x7f) return foldUnicode(text);
  return text.toLowerCase();
}

/** Each character on its own: folding a whole text lets neighbours (a final sigma) decide. */
function foldUnicode(text: string): string {
  let folded = '';
  for (const character of text) folded += foldCharacter(character);
  return folded.normalize('NFC');
}

function foldCharacter(character: string): string {
  if (character <= '\u007f') return character.toLowerCase();
  const lower = character.normalize('NFC').toLowerCase();
  // Kept apart under a private-use mark, which normalization leaves alone.
  return hasAscii(lower) ? `\uE000${character.codePointAt(0)};` : lower;
}

function hasAscii(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) if (text.charCodeAt(index) <= 0x7f) return true;
  return false;
}
