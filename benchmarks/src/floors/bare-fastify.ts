import Fastify from 'fastify';
import { exampleUser } from './example-user.ts';

// The floor of a cached answer: Fastify renders one SCIM user from memory.
const app = Fastify();
app.get('/scim/v2/Users', (_request, reply) => {
  reply.header('content-type', 'application/scim+json');
  return reply.send(JSON.stringify({ totalResults: 1, Resources: [exampleUser] }));
});
process.stdout.write(`Listening: ${await app.listen({ host: '127.0.0.1', port: 0 })}\n`);
