import Type from 'typebox';
import { defaulted, optional } from './variable.ts';

const servers = Type.Array(Type.String({ pattern: '^(\\[[0-9A-Fa-f:.]+\\]|[^\\s/@:\\[\\]]+)(:[0-9]{1,5})?$' }), {
  minItems: 1,
});
const serversWords = 'a comma-separated list of HOST:PORT';
const path = Type.String({ minLength: 1 });

/** Where Redis is, in one of three shapes, and how to get in. */
export const redis = {
  REDIS_URL: optional({
    type: Type.String({ pattern: '^rediss?://\\S+$' }),
    accepts: 'a redis:// or rediss:// URL',
    secret: true,
    description:
      'One Redis server, which replicas share for their cache and for changing each user and group one at a time. Without any Redis only one replica may run.',
  }),
  REDIS_SENTINELS: optional({
    type: servers,
    accepts: serversWords,
    description: 'Instead of `REDIS_URL`: the sentinels that know the master; port 26379 where none is said.',
  }),
  REDIS_SENTINEL_MASTER: optional({
    type: Type.String({ minLength: 1 }),
    description: 'The name under which the sentinels know the master.',
  }),
  REDIS_SENTINEL_USERNAME: optional({
    type: Type.String(),
    secret: true,
    description: 'User name for the sentinels themselves.',
  }),
  REDIS_SENTINEL_PASSWORD: optional({
    type: Type.String(),
    secret: true,
    description: 'Password for the sentinels themselves.',
  }),
  REDIS_CLUSTER_NODES: optional({
    type: servers,
    accepts: serversWords,
    description: 'Instead of `REDIS_URL`: some nodes of a Redis Cluster; port 6379 where none is said.',
  }),
  REDIS_DATABASE: defaulted({
    type: Type.Integer({ minimum: 0, maximum: 65_535 }),
    default: 0,
    description: 'The database behind sentinels. With `REDIS_URL` it is the path of the URL; a cluster has just one.',
  }),
  REDIS_USERNAME: optional({
    type: Type.String(),
    secret: true,
    description: 'User name for Redis (ACL); for `REDIS_URL` without one.',
  }),
  REDIS_PASSWORD: optional({
    type: Type.String(),
    secret: true,
    description: 'Password for Redis; for `REDIS_URL` without one.',
  }),
  REDIS_KEY_PREFIX: defaulted({
    type: Type.String({ pattern: '^[\\x21-\\x7a|~]{1,100}$' }),
    accepts: 'up to 100 characters without blanks and braces',
    default: 'scim-gateway',
    description:
      'What every key begins with, followed by a colon. Replicas of one gateway have the same, gateways for different Collates different ones.',
  }),
  REDIS_TLS: defaulted({
    type: Type.Boolean(),
    default: false,
    description: 'Whether sentinels and nodes are spoken to by TLS; a `rediss://` URL says so by itself.',
  }),
  REDIS_TLS_CA_FILE: optional({
    type: path,
    description:
      "Certificates (PEM) of the authorities that Redis' certificate is checked by, instead of the system's.",
  }),
  REDIS_TLS_CERT_FILE: optional({
    type: path,
    description: "The gateway's own certificate (PEM), where Redis asks for one.",
  }),
  REDIS_TLS_KEY_FILE: optional({ type: path, description: 'The key (PEM) of that certificate.' }),
  REDIS_TLS_SERVER_NAME: optional({
    type: Type.String({ minLength: 1 }),
    description: "The name that Redis' certificate is made out to, where it is not the host's.",
  }),
};
