import { invalidFilter, type ScimError } from '../error.ts';

const space = 0x20;
const quote = 0x22;
const backslash = 0x5c;

/** Whether an ASCII character ends a word: white space, quotes, brackets and parentheses do. */
const endsWord: readonly boolean[] = Array.from({ length: 128 }, (_, code) =>
  ' \t\n\r"()[]'.includes(String.fromCharCode(code)),
);

/** Reads a filter or PATCH path from left to right. Each character is read a bounded number of times. */
export class Scanner {
  readonly text: string;
  #position = 0;

  constructor(text: string) {
    this.text = text;
  }

  /** Whether the whole text is consumed. */
  get isDone(): boolean {
    return this.#position >= this.text.length;
  }

  /** Consumes spaces. Returns whether there were any. */
  skipBlanks(): boolean {
    const start = this.#position;
    while (this.text.charCodeAt(this.#position) === space) this.#position += 1;
    return this.#position > start;
  }

  /** Whether the next character is the given one. */
  isNext(character: string): boolean {
    return this.text[this.#position] === character;
  }

  /** Consumes the given character if it is next. Returns whether it was. */
  take(character: string): boolean {
    if (this.text[this.#position] !== character) return false;
    this.#position += 1;
    return true;
  }

  /** Consumes characters up to white space, a quote, a bracket or a parenthesis. The result may be empty. */
  takeWord(): string {
    const start = this.#position;
    let end = start;
    while (end < this.text.length && endsWord[this.text.charCodeAt(end)] !== true) end += 1;
    this.#position = end;
    return this.text.slice(start, end);
  }

  /**
   * Consumes a keyword if it is the next word, in any case. Returns whether it was.
   *
   * @throws ScimError `invalidFilter` when the keyword follows the previous term without a space.
   */
  takeKeyword(keyword: 'and' | 'or'): boolean {
    this.skipBlanks();
    const start = this.#position;
    const end = start + keyword.length;
    if (end < this.text.length && endsWord[this.text.charCodeAt(end)] !== true) return false;
    if (this.text.slice(start, end).toLowerCase() !== keyword) return false;
    if (!' )]'.includes(this.text.charAt(start - 1))) throw this.error(`a space is missing before ${keyword}`);
    this.#position = end;
    return true;
  }

  /** Consumes a JSON string, including its quotes. @throws ScimError `invalidFilter` when it is malformed. */
  takeString(): string {
    const start = this.#position;
    let end = start + 1;
    let isPlain = true;
    for (let code = this.text.charCodeAt(end); code !== quote; code = this.text.charCodeAt(end)) {
      if (end >= this.text.length) throw this.error('the closing quote of a string is missing');
      if (code === backslash || code < space) isPlain = false;
      end += code === backslash ? 2 : 1;
    }
    this.#position = end + 1;
    return isPlain ? this.text.slice(start + 1, end) : parseString(this.text.slice(start, end + 1), start);
  }

  /** The error for malformed text at the current position. */
  error(what: string): ScimError {
    return invalidFilter(`The filter is malformed at position ${this.#position + 1}: ${what}.`);
  }
}

function parseString(literal: string, start: number): string {
  try {
    return String(JSON.parse(literal));
  } catch (cause) {
    throw invalidFilter(`The filter is malformed at position ${start + 1}: this is not a JSON string.`, { cause });
  }
}
