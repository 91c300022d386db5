import type { CollateSimulator } from '@scim-gateway/collate-simulator';

/** What a gateway of a test has in its environment: ports that the system chooses, and the simulator for its Collate. */
export function gatewayEnvironment(simulator: CollateSimulator) {
  return {
    HOST: '127.0.0.1',
    PORT: '0',
    MANAGEMENT_PORT: '0',
    COLLATE_URL: simulator.url,
    COLLATE_TOKEN: simulator.token,
  };
}
