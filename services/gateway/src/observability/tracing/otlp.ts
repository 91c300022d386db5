/** The value of an attribute; the gateway has no other types. */
export type AttributeValue = string | number;

/** A span that has ended. */
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

/** The program that the spans come from. */
export interface Resource {
  readonly attributes: Readonly<Record<string, AttributeValue>>;
  readonly scope: { readonly name: string; readonly version: string };
}

const kinds = { server: 2, client: 3 } as const;
const errorStatus = 2;

/**
 * The body of an export request, OTLP in JSON.
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

/** Nanoseconds as text: the number exceeds what JSON readers represent exactly. */
function toNanoseconds(milliseconds: number): string {
  return String(BigInt(Math.round(milliseconds * 1000)) * 1000n);
}

function toAttributes(attributes: Readonly<Record<string, AttributeValue | undefined>>): readonly object[] {
  return Object.entries(attributes).flatMap(([key, value]) => {
    if (value === undefined) return [];
    return [{ key, value: typeof value === 'number' ? { intValue: String(value) } : { stringValue: value } }];
  });
}
