import { forbidden } from '@scim-gateway/scim';
import type { FastifyInstance } from 'fastify';

/** Whether the gateway refuses all writes; the management listener switches it at run time. */
export interface ReadOnlySwitch {
  isOn: boolean;
}

/** Refuses with 403 a request beyond its credential's scopes, and every write while the gateway is read-only. */
export function addAuthorization(app: FastifyInstance, { readOnly }: { readonly readOnly: ReadOnlySwitch }): void {
  app.addHook('onRequest', (request, _reply, done) => {
    const { credential, route } = request.facts;
    if (credential === undefined) return done();
    const scope = route.writes ? 'write' : 'read';
    if (!credential.scopes.has(scope)) {
      const { credential: name } = credential.principal;
      return done(forbidden(`The token "${name}" lacks the scope "${scope}"; add it to the token's scopes.`));
    }
    if (route.writes && readOnly.isOn) {
      return done(forbidden('The gateway is read-only at the moment; ask its operator to switch writes on again.'));
    }
    return done();
  });
}
