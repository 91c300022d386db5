import { answerExamples, type Examples, refusalExamples, requestExamples } from './examples.ts';

/** What of an OpenAPI document examples are added to. */
interface Documented {
  readonly paths?: Readonly<Record<string, object | undefined>>;
}

interface Media {
  examples?: Examples;
}

interface Operation {
  readonly operationId?: string;
  readonly requestBody?: { readonly content: Readonly<Record<string, Media>> };
  readonly responses?: Readonly<Record<string, { readonly content?: Readonly<Record<string, Media>> }>>;
}

/** Adds the examples to the operations they belong to: once the document is made, since schemas' `$ref`s are resolved before. */
export function withExamples<T extends Documented>(document: T): T {
  for (const path of Object.values(document.paths ?? {})) {
    for (const operation of Object.values(path ?? {})) addExamples(operation);
  }
  return document;
}

function addExamples({ operationId = '', requestBody, responses = {} }: Operation): void {
  give(requestBody?.content, requestExamples[operationId]);
  for (const [status, { content }] of Object.entries(responses)) {
    give(content, status.startsWith('2') ? answerExamples[operationId] : refusalExamples[Number(status)]);
  }
}

function give(content: Readonly<Record<string, Media>> | undefined, examples: Examples | undefined): void {
  if (content === undefined || examples === undefined) return;
  for (const media of Object.values(content)) media.examples = examples;
}
