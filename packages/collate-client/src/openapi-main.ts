import { writeFileSync } from 'node:fs';
import { toOpenApiDocument } from './openapi.ts';
import { operations } from './operations.ts';

// Writes the committed description; openapi.test.ts compares the two.
const file = new URL('../../../openapi/collate-upstream.openapi.json', import.meta.url);
writeFileSync(file, `${JSON.stringify(toOpenApiDocument(operations), undefined, 2)}\n`);
