import { readFileSync } from 'node:fs';

/** One exchange with a real server, as recorded. */
export interface Exchange {
  readonly seq: number;
  readonly note: string;
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body?: unknown;
    readonly rawBody?: string;
  };
  readonly response: Answered;
}

/** The recorded part of an answer; status 0 stands for none. */
export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** A folder of recordings. */
export type Recordings = 'openmetadata-1.1' | 'openmetadata-1.12';

export const uuid = /[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}/g;

/** The exchanges of a recording, without its summary. */
export function loadRecording(folder: Recordings, file: string): readonly Exchange[] {
  const lines = readFileSync(new URL(`../recordings/${folder}/${file}.jsonl`, import.meta.url), 'utf8')
    .trim()
    .split('\n');
  return lines.map((line) => JSON.parse(line)).filter((exchange) => exchange.request !== undefined);
}

/** `01#26` for exchange 26 of file `01-users-create`. */
export function nameOf(file: string, { seq }: Exchange): string {
  return `${file.split('-')[0]}#${seq}`;
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
