import Fastify from 'fastify';
import { Redis } from 'ioredis';
import { exampleUser } from './example-user.ts';

// The floor of an answer that is cached in Redis: Fastify makes one Redis GET, parses the value and renders it.
const redis = new Redis(process.argv[2] ?? 'redis://127.0.0.1:6379');
await redis.set('floor', JSON.stringify(exampleUser));
const app = Fastify();
app.get('/scim/v2/Users', async (_request, reply) => {
  const user: unknown = JSON.parse((await redis.get('floor')) ?? 'null');
  reply.header('content-type', 'application/scim+json');
  return reply.send(JSON.stringify({ totalResults: 1, Resources: [user] }));
});
process.stdout.write(`Listening: ${await app.listen({ host: '127.0.0.1', port: 0 })}\n`);
