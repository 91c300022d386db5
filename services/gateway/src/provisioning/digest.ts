/**
 * Tells texts apart: 64 bits in which they differ but for chance. Every read of a resource needs one, and it guards nothing, since
 * whoever could make two alike may write as well: so it is cheap and no cryptographic one.
 */
export class Digest {
  #one = 0x811c9dc5;
  #other = 0x9e3779b9;

  add(text: string): void {
    let one = this.#one ^ text.length;
    let other = this.#other;
    for (let index = 0; index < text.length; index += 1) {
      const unit = text.charCodeAt(index);
      one = Math.imul(one ^ unit, 0x9e3779b1);
      other = Math.imul(other ^ unit, 0x5f356495);
      other ^= other >>> 15;
    }
    this.#one = one ^ (one >>> 16);
    this.#other = other;
  }

  toString(): string {
    return `${toText(this.#one, this.#other)}${toText(this.#other, this.#one)}`;
  }
}

/** Spreads the last additions over all bits. */
function toText(part: number, rest: number): string {
  let mixed = Math.imul(part ^ (rest >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return ((mixed ^ (mixed >>> 16)) >>> 0).toString(36).padStart(7, '0');
}
