/** A field of a protobuf message: its number, and its bytes (or its number, when it is a varint). */
interface Field {
  readonly number: number;
  readonly bytes: Buffer;
}

const ENVELOPE = Buffer.from('k8s\0');
const VARINT = 0;
const LENGTH_DELIMITED = 2;

function readVarint(buffer: Buffer, start: number): { readonly value: number; readonly next: number } {
  let value = 0;
  let shift = 1;
  for (let at = start; at < buffer.length; at += 1) {
    const byte = buffer.readUInt8(at);
    value += (byte & 0x7f) * shift;
    if (byte < 0x80) return { value, next: at + 1 };
    shift *= 128;
  }
  throw new Error('The protobuf message is truncated within a number.');
}

function* fieldsOf(message: Buffer): Generator<Field> {
  let at = 0;
  while (at < message.length) {
    const tag = readVarint(message, at);
    const wire = tag.value % 8;
    const head = readVarint(message, tag.next);
    if (wire !== VARINT && wire !== LENGTH_DELIMITED) throw new Error(`Protobuf wire type ${wire} is not supported.`);
    const end = wire === VARINT ? head.next : head.next + head.value;
    yield {
      number: Math.floor(tag.value / 8),
      bytes: wire === VARINT ? Buffer.alloc(0) : message.subarray(head.next, end),
    };
    at = end;
  }
}

const text = (message: Buffer, number: number): string | undefined =>
  [...fieldsOf(message)].find((field) => field.number === number)?.bytes.toString('utf8');

const bytesOf = (message: Buffer, number: number): Buffer =>
  [...fieldsOf(message)].find((field) => field.number === number)?.bytes ?? Buffer.alloc(0);

function mapOf(message: Buffer, number: number, encoding: BufferEncoding): Readonly<Record<string, string>> {
  const entries = [...fieldsOf(message)]
    .filter((field) => field.number === number)
    .map(({ bytes }) => [text(bytes, 1) ?? '', bytesOf(bytes, 2).toString(encoding)]);
  return Object.fromEntries(entries);
}

/** Is this body an object in Kubernetes' protobuf envelope? */
export function isProtobuf(body: Buffer): boolean {
  return body.subarray(0, ENVELOPE.length).equals(ENVELOPE);
}

/**
 * Reads a Secret from Kubernetes' protobuf envelope, the form in which helm stores its releases.
 *
 * @see https://kubernetes.io/docs/reference/using-api/api-concepts/#protobuf-encoding
 */
export function decodeSecret(body: Buffer): Readonly<Record<string, unknown>> {
  const unknown = body.subarray(ENVELOPE.length);
  const kind = text(bytesOf(unknown, 1), 2);
  if (kind !== 'Secret') throw new Error(`Only Secrets can be read from protobuf, not a ${kind}.`);
  const secret = bytesOf(unknown, 2);
  const metadata = bytesOf(secret, 1);
  return {
    apiVersion: 'v1',
    kind,
    metadata: {
      name: text(metadata, 1),
      labels: mapOf(metadata, 11, 'utf8'),
      annotations: mapOf(metadata, 12, 'utf8'),
    },
    data: mapOf(secret, 2, 'base64'),
    type: text(secret, 3),
  };
}
