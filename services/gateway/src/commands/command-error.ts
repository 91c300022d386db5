/** A command cannot do what it was asked for. The message is for the operator and ends with what to do. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}
