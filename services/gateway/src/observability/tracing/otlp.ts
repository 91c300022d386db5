/** An attribute's value, as far as we have such. */
export type AttributeValue = string | number;

/** A span that is over. */
export interface FinishedSpan {
  readonly kind: 'server' | 'client';
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  /** Milliseconds since the epoch. */
  readonly startMs: number;
  readonly endMs: number;
  readonly attributes: Readonly<Record<string, AttributeValue | undefined>>;
  readonly isError: boolean;
}

/** Who tells of the spans. */
export interface Resource {
  readonly attributes: Readonly<Record<string, AttributeValue>>;
  readonly scope: { readonly name: string; readonly version: string };
}

const kinds = { server: 2, client: 3 } as const;
const errorStatus = 2;

/**
 * A request that exports spans, as OTLP writes it in JSON.
 *
 * @see https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
 */
export function toExportRequest(spans: readonly FinishedSpan[], { attributes, scope }: Resource): object {
  const resource = { attributes: toAttributes(attributes) };
  return { resourceSpans: [{ resource, scopeSpans: [{ scope, spans: spans.map(toSpan) }] }] };
}

function toSpan({ kind, parentSpanId, startMs, endMs, isError, attributes, ...span }: FinishedSpan): object {
  return {
    ...span,
    ...(parentSpanId === undefined ? {} : { parentSpanId }),
    kind: kinds[kind],
    startTimeUnixNano: toNanoseconds(startMs),
    endTimeUnixNano: toNanoseconds(endMs),
    attributes: toAttributes(attributes),
    status: isError ? { code: errorStatus } : {},
  };
}

/** A text, since the number is larger than JSON's readers take exactly. */
function toNanoseconds(milliseconds: number): string {
  return String(BigInt(Math.round(milliseconds * 1000)) * 1000n);
}

function toAttributes(attributes: Readonly<Record<string, AttributeValue | undefined>>): readonly object[] {
  return Object.entries(attributes).flatMap(([key, value]) => {
    if (value === undefined) return [];
    return [{ key, value: typeof value === 'number' ? { intValue: String(value) } : { stringValue: value } }];
  });
}
