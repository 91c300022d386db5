import { invalidFilter, type ScimError } from '../error.ts';

/** Characters that end a word. */
const delimiters = new Set([' ', '(', ')', '[', ']', '"', '\t', '\n', '\r']);

/** Reads a filter's text from left to right; each character is looked at a bounded number of times. */
export class Scanner {
  readonly text: string;
  #position = 0;

  constructor(text: string) {
    this.text = text;
  }

  get position(): number {
    return this.#position;
  }

  /** Skips blanks and tells whether there were any. */
  skipBlanks(): boolean {
    const start = this.#position;
    while (this.text[this.#position] === ' ') this.#position += 1;
    return this.#position > start;
  }

  /** The next character, not consumed; undefined at the end. */
  peek(): string | undefined {
    return this.text[this.#position];
  }

  /** Consumes the character if it comes next. */
  take(character: string): boolean {
    if (this.text[this.#position] !== character) return false;
    this.#position += 1;
    return true;
  }

  /** Consumes characters up to a blank, quote, bracket or parenthesis; may be empty. */
  takeWord(): string {
    const start = this.#position;
    let character = this.text[this.#position];
    while (character !== undefined && !delimiters.has(character)) {
      this.#position += 1;
      character = this.text[this.#position];
    }
    return this.text.slice(start, this.#position);
  }

  /** The word that comes next, not consumed. */
  peekWord(): string {
    const start = this.#position;
    const word = this.takeWord();
    this.#position = start;
    return word;
  }

  /** Consumes a JSON string, from its opening quote to its closing one. */
  takeString(): string {
    const start = this.#position;
    this.#position += 1;
    while (this.text[this.#position] !== '"') {
      if (this.#position >= this.text.length) throw this.error('a string is not closed by a quote');
      this.#position += this.text[this.#position] === '\\' ? 2 : 1;
    }
    this.#position += 1;
    try {
      return JSON.parse(this.text.slice(start, this.#position));
    } catch (cause) {
      throw invalidFilter(`The string at position ${start + 1} of the filter is not a JSON string.`, { cause });
    }
  }

  /** A failure at the present position. */
  error(what: string): ScimError {
    return invalidFilter(`The filter cannot be read: ${what} (at position ${this.#position + 1}).`);
  }
}
