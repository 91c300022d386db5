import { expect, it } from 'vitest';
import { createCollateClient } from '../../src/index.ts';
import { selfSignedCertificate } from '../support/certificate.ts';
import { answer, startFaultServer } from '../support/fault-server.ts';
import { rejection } from '../support/scripted-transport.ts';

const version = [answer(200, { version: '1.13.0' })];
const retries = { attempts: 1 };

it('SEC-R26: the client sends nothing to a server with an untrusted certificate', async () => {
  const certificate = selfSignedCertificate();
  await using server = await startFaultServer(version, certificate);
  await using client = createCollateClient({ baseUrl: server.url, token: () => 'x', retries });
  const error = await rejection(client.bind().system.version());
  expect([error.kind, server.requests]).toEqual(['unreachable', []]);
  expect(error.message).toMatch(/SELF_SIGNED|UNABLE_TO_VERIFY/);
});

it('SEC-R26: the client trusts a configured authority, for the hosts of its certificates', async () => {
  const certificate = selfSignedCertificate();
  await using server = await startFaultServer(version, certificate);
  const tls = { ca: certificate.cert };
  await using client = createCollateClient({ baseUrl: server.url, token: () => 'x', retries, tls });
  expect((await client.bind().system.version()).version).toBe('1.13.0');
  const otherName = server.url.replace('127.0.0.1', 'localhost');
  await using other = createCollateClient({
    baseUrl: otherName,
    token: () => 'x',
    retries,
    tls: { ca: [certificate.cert] },
  });
  expect((await rejection(other.bind().system.version())).message).toContain('ERR_TLS_CERT_ALTNAME_INVALID');
});
