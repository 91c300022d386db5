import { invalidFilter, type ScimError } from '../error.ts';

const space = 0x20;
const quote = 0x22;
const backslash = 0x5c;

/** Which ASCII characters end a word: white space, quotes, brackets and parentheses. */
const endsWord: readonly boolean[] = Array.from({ length: 128 }, (_, code) =>
  ' \t\n\r"()[]'.includes(String.fromCharCode(code)),
);

/** Reads a filter or path from left to right; each character is looked at a bounded number of times. */
export class Scanner {
  readonly text: string;
  #position = 0;

  constructor(text: string) {
    this.text = text;
  }

  /** Whether nothing is left. */
  get isDone(): boolean {
    return this.#position >= this.text.length;
  }

  /** Skips blanks and tells whether there were any. */
  skipBlanks(): boolean {
    const start = this.#position;
    while (this.text.charCodeAt(this.#position) === space) this.#position += 1;
    return this.#position > start;
  }

  /** Whether the character comes next. */
  isNext(character: string): boolean {
    return this.text[this.#position] === character;
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
    let end = start;
    while (end < this.text.length && endsWord[this.text.charCodeAt(end)] !== true) end += 1;
    this.#position = end;
    return this.text.slice(start, end);
  }

  /** Consumes a word of letters if it comes next, in any case, as a whole and set apart from what precedes it. */
  takeKeyword(keyword: 'and' | 'or'): boolean {
    this.skipBlanks();
    const start = this.#position;
    const end = start + keyword.length;
    if (end < this.text.length && endsWord[this.text.charCodeAt(end)] !== true) return false;
    if (this.text.slice(start, end).toLowerCase() !== keyword) return false;
    if (!' )]'.includes(this.text.charAt(start - 1))) throw this.error(`a blank is missing before ${keyword}`);
    this.#position = end;
    return true;
  }

  /** Consumes a JSON string, from its opening quote to its closing one. */
  takeString(): string {
    const start = this.#position;
    let end = start + 1;
    let isPlain = true;
    for (let code = this.text.charCodeAt(end); code !== quote; code = this.text.charCodeAt(end)) {
      if (end >= this.text.length) throw this.error('a string is not closed by a quote');
      if (code === backslash || code < space) isPlain = false;
      end += code === backslash ? 2 : 1;
    }
    this.#position = end + 1;
    return isPlain ? this.text.slice(start + 1, end) : parseString(this.text.slice(start, end + 1), start);
  }

  /** A failure at the present position. */
  error(what: string): ScimError {
    return invalidFilter(`The filter cannot be read: ${what} (at position ${this.#position + 1}).`);
  }
}

function parseString(literal: string, start: number): string {
  try {
    return String(JSON.parse(literal));
  } catch (cause) {
    throw invalidFilter(`The string at position ${start + 1} of the filter is not a JSON string.`, { cause });
  }
}
