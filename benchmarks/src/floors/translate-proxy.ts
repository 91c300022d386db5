import Fastify from 'fastify';
import { Pool } from 'undici';

// The floor of a read from Collate: one call, whose JSON is parsed and rendered as a SCIM user.
const [, , upstream = '', token = ''] = process.argv;
const pool = new Pool(upstream, { connections: 64 });
const app = Fastify();
app.get<{ Params: { id: string } }>('/scim/v2/Users/:id', async (request, reply) => {
  const answer = await pool.request({
    method: 'GET',
    path: `/api/v1/users/${request.params.id}?include=all&fields=teams`,
    headers: { authorization: `Bearer ${token}`, accept: 'application/json' },
  });
  const user = JSON.parse(await answer.body.text());
  reply.header('content-type', 'application/scim+json');
  return reply.send(
    JSON.stringify({
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
      id: user.id,
      userName: user.email,
      displayName: user.displayName,
      active: !user.deleted,
      emails: [{ value: user.email, type: 'work', primary: true }],
    }),
  );
});
process.stdout.write(`Listening: ${await app.listen({ host: '127.0.0.1', port: 0 })}\n`);
