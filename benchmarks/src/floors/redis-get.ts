import Fastify from 'fastify';
import { Redis } from 'ioredis';
import { exampleUser } from './example-user.ts';

// The floor of every answer cached in Redis: Fastify with one GET, parsed and rendered.
const redis = new Redis(process.argv[2] ?? 'redis://127.0.0.1:6379');
await redis.set('floor', JSON.stringify(exampleUser));
const app = Fastify();
app.get('/scim/v2/Users', async (_request, reply) => {
  const user: unknown = JSON.parse((await redis.get('floor')) ?? 'null');
  reply.header('content-type', 'application/scim+json');
  return reply.send(JSON.stringify({ totalResults: 1, Resources: [user] }));
});
process.stdout.write(`Listening: ${await app.listen({ host: '127.0.0.1', port: 0 })}\n`);
