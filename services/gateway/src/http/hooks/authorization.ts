import { forbidden } from '@scim-gateway/scim';
import type { FastifyInstance } from 'fastify';

/** Whether the whole gateway refuses writes; switched while it runs. */
export interface ReadOnlySwitch {
  isOn: boolean;
}

/** Refuses what the credential, or the gateway at this time, does not permit. */
export function addAuthorization(app: FastifyInstance, { readOnly }: { readonly readOnly: ReadOnlySwitch }): void {
  app.addHook('onRequest', (request, _reply, done) => {
    const { credential, route } = request.facts;
    if (credential === undefined) return done();
    const scope = route.writes ? 'write' : 'read';
    if (!credential.scopes.has(scope)) {
      return done(
        forbidden(`The token "${credential.principal.credential}" may not ${scope}; its scopes do not allow it.`),
      );
    }
    if (route.writes && readOnly.isOn) {
      return done(forbidden('The gateway is read-only at the moment; its operator can switch writing on again.'));
    }
    return done();
  });
}
