import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { CommandError } from '../command-error.ts';

/**
 * The administrator's token: from the file, from a prompt without echo, or from standard input where that is no
 * terminal. It is never an argument, because every user of a machine can list the arguments of processes.
 */
export async function readAdminToken(file: string | undefined): Promise<string> {
  const token = (file === undefined ? await readInput() : readFileSync(file, 'utf8')).trim();
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  const what = token === '' ? 'is empty' : 'contains characters that a token cannot have';
  throw new CommandError(
    `The administrator's token ${what}. Give it by --admin-token-file FILE, on standard input, or at the prompt.`,
  );
}

function readInput(): Promise<string> {
  return process.stdin.isTTY ? prompt("Administrator's token (not shown): ") : text(process.stdin);
}

const endOfInput = '\u0004';
const interrupt = '\u0003';
const erase = new Set(['\b', '\u007f']);

/** Reads a line from the terminal without showing it. */
async function prompt(question: string): Promise<string> {
  const { stdin } = process;
  process.stderr.write(question);
  stdin.setRawMode(true);
  stdin.setEncoding('utf8');
  try {
    return await readLine(stdin);
  } finally {
    stdin.setRawMode(false);
    process.stderr.write('\n');
  }
}

async function readLine(keys: AsyncIterable<string>): Promise<string> {
  let line = '';
  for await (const chunk of keys) {
    for (const key of chunk) {
      if (key === interrupt) throw new CommandError('Interrupted. Nothing was changed.');
      if (key === '\r' || key === '\n' || key === endOfInput) return line;
      line = erase.has(key) ? line.slice(0, -1) : line + key;
    }
  }
  return line;
}
