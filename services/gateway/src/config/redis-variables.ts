import Type from 'typebox';
import { defaulted, optional } from './variable.ts';

const servers = Type.Array(Type.String({ pattern: '^(\\[[0-9A-Fa-f:.]+\\]|[^\\s/@:\\[\\]]+)(:[0-9]{1,5})?$' }), {
  minItems: 1,
});
const serversWords = 'a comma-separated list of HOST:PORT';
const path = Type.String({ minLength: 1 });

/** The address of Redis in one of three topologies, and its credentials. */
export const redis = {
  REDIS_URL: optional({
    type: Type.String({ pattern: '^rediss?://\\S+$' }),
    accepts: 'a redis:// or rediss:// URL',
    secret: true,
    description:
      'One Redis server, which replicas share for their cache and for locks on users and groups. Without any Redis only one replica may run.',
  }),
  REDIS_SENTINELS: optional({
    type: servers,
    accepts: serversWords,
    description: 'Instead of `REDIS_URL`: the sentinels that monitor the master; the default port is 26379.',
  }),
  REDIS_SENTINEL_MASTER: optional({
    type: Type.String({ minLength: 1 }),
    description: 'The name of the master in the configuration of the sentinels.',
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
    description: 'Instead of `REDIS_URL`: some nodes of a Redis Cluster; the default port is 6379.',
  }),
  REDIS_DATABASE: defaulted({
    type: Type.Integer({ minimum: 0, maximum: 65_535 }),
    default: 0,
    description: 'The database behind sentinels. `REDIS_URL` names the database in its path; a cluster has only one.',
  }),
  REDIS_USERNAME: optional({
    type: Type.String(),
    secret: true,
    description: 'User name for Redis (ACL), unless `REDIS_URL` contains one.',
  }),
  REDIS_PASSWORD: optional({
    type: Type.String(),
    secret: true,
    description: 'Password for Redis, unless `REDIS_URL` contains one.',
  }),
  REDIS_KEY_PREFIX: defaulted({
    type: Type.String({ pattern: '^[\\x21-\\x7a|~]{1,100}$' }),
    accepts: 'up to 100 characters without spaces and braces',
    default: 'scim-gateway',
    description:
      'The prefix of every key; a colon follows it. Replicas of one gateway share it; gateways for different Collate servers need different ones.',
  }),
  REDIS_TLS: defaulted({
    type: Type.Boolean(),
    default: false,
    description: 'Whether connections to sentinels and nodes use TLS; a `rediss://` URL implies it.',
  }),
  REDIS_TLS_CA_FILE: optional({
    type: path,
    description: "Certificates (PEM) of the authorities that verify Redis' certificate, instead of the system's.",
  }),
  REDIS_TLS_CERT_FILE: optional({
    type: path,
    description: "The gateway's own certificate (PEM), where Redis requires one.",
  }),
  REDIS_TLS_KEY_FILE: optional({ type: path, description: 'The key (PEM) of that certificate.' }),
  REDIS_TLS_SERVER_NAME: optional({
    type: Type.String({ minLength: 1 }),
    description: "The name in Redis' certificate, if it differs from the host.",
  }),
};
