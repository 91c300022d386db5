import { toMarkdown } from '../observability/catalogue/document.ts';

/** Prints the table of all metrics, `docs/metrics.md`. */
export function metrics(): void {
  process.stdout.write(toMarkdown());
}
