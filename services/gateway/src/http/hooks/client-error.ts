import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { ScimError, toErrorBody } from '@scim-gateway/scim';

const answers = new Map([
  ['ERR_HTTP_REQUEST_TIMEOUT', new ScimError('The request did not arrive in time; send it again.', { status: 408 })],
  ['HPE_HEADER_OVERFLOW', new ScimError('URL and headers exceed 64 KiB; send a shorter request.', { status: 431 })],
]);
const malformed = new ScimError('Malformed HTTP request.', { status: 400, scimType: 'invalidSyntax' });

/** Answers bytes that Node could not parse as a request, and closes the connection. */
export function answerClientError(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  if (!socket.writable) {
    socket.destroy(error);
    return;
  }
  const answer = answers.get(error.code ?? '') ?? malformed;
  const body = JSON.stringify(toErrorBody(answer));
  socket.end(
    [
      `HTTP/1.1 ${answer.status} ${STATUS_CODES[answer.status]}`,
      'Content-Type: application/scim+json',
      `Content-Length: ${Buffer.byteLength(body)}`,
      'Connection: close',
      '',
      body,
    ].join('\r\n'),
  );
}
