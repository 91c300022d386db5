import { CollateError } from '../model/index.ts';
import type { Operation } from '../operation.ts';
import { Circuit, type CircuitOptions, type Proof } from './circuit.ts';
import { toTransientKind } from './transience.ts';
import type { Call, Transport } from './transport.ts';

/**
 * Stops sending while most calls fail because of the server. After a while it sends one call as a probe; all others
 * fail at once until the probe has an outcome.
 */
export function withCircuitBreaker(next: Transport, options: CircuitOptions): Transport {
  const circuit = new Circuit(options);
  return async (call) => {
    const admitted = circuit.admit();
    if (admitted === undefined) throw openError(call, options.openMs);
    let proof: Proof = 'unknown';
    try {
      const reply = await next(call);
      proof = 'alive';
      return reply;
    } catch (error) {
      proof = toProof(error, call.operation);
      throw error;
    } finally {
      circuit.settle(admitted, proof);
    }
  };
}

/**
 * A refusal proves that the server is alive. A caller that stops waiting proves nothing, nor does a call that was not
 * sent or an error of our own.
 */
function toProof(error: unknown, operation: Operation): Proof {
  if (!(error instanceof CollateError)) return 'unknown';
  // First, because a connection that cannot be made is both unsent and a failure of the server.
  if (toTransientKind(error, operation) !== undefined) return 'failing';
  return error.unsent || error.kind === 'aborted' ? 'unknown' : 'alive';
}

function openError({ operation }: Call, retryAfterMs: number): CollateError {
  return new CollateError('circuit-open', { operation: operation.name, retryAfterMs });
}
