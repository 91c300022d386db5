import { toMarkdown } from '../observability/catalogue/document.ts';

/** Documents the metrics. */
export function metrics(): void {
  process.stdout.write(toMarkdown());
}
