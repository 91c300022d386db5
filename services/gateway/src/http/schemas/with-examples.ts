import { answerExamples, type Examples, refusalExamples, requestExamples } from './examples.ts';

/** The part of an OpenAPI document that receives examples. */
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

/**
 * Adds the examples to their operations.
 *
 * @remarks Works on the finished document, because Fastify would resolve a `$ref` inside an example of a route's
 * schema.
 */
export function withExamples<T extends Documented>(document: T): T {
  for (const path of Object.values(document.paths ?? {})) {
    for (const operation of Object.values(path ?? {})) addExamples(operation);
  }
  return document;
}

function addExamples({ operationId = '', requestBody, responses = {} }: Operation): void {
  attach(requestBody?.content, requestExamples[operationId]);
  for (const [status, { content }] of Object.entries(responses)) {
    attach(content, status.startsWith('2') ? answerExamples[operationId] : refusalExamples[Number(status)]);
  }
}

function attach(content: Readonly<Record<string, Media>> | undefined, examples: Examples | undefined): void {
  if (content === undefined || examples === undefined) return;
  for (const media of Object.values(content)) media.examples = examples;
}
