import type { CollateSimulator } from '@scim-gateway/collate-simulator';

/** The environment of a gateway in a test: free ports, and the simulator as Collate. */
export function gatewayEnvironment(simulator: CollateSimulator) {
  return {
    HOST: '127.0.0.1',
    PORT: '0',
    MANAGEMENT_PORT: '0',
    COLLATE_URL: simulator.url,
    COLLATE_TOKEN: simulator.token,
  };
}
