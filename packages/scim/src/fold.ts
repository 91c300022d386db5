/**
 * A text as it is compared where the case of letters does not count.
 *
 * Letters of any script fold, composed and decomposed forms are the same, but nothing outside ASCII ever becomes ASCII: the Kelvin sign,
 * a dotless ı or a ß match nobody else's address.
 */
export function foldText(text: string): string {
  return isAscii(text) ? text.toLowerCase() : foldUnicode(text);
}

function foldUnicode(text: string): string {
  let folded = '';
  for (const character of text) {
    if (isAscii(character)) folded += character.toLowerCase();
    else {
      const lower = character.normalize('NFC').toLowerCase();
      // Kept apart under a private-use mark, which the normalization below leaves alone.
      folded += hasAscii(lower) ? `\uE000${character.codePointAt(0)};` : lower;
    }
  }
  return folded.normalize('NFC');
}

function isAscii(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) if (text.charCodeAt(index) > 0x7f) return false;
  return true;
}

function hasAscii(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) if (text.charCodeAt(index) <= 0x7f) return true;
  return false;
}
