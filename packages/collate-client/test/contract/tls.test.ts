import { expect, test } from 'vitest';
import { createCollateClient } from '../../src/index.ts';
import { selfSignedCertificate } from '../support/certificate.ts';
import { answer, startFaultServer } from '../support/fault-server.ts';
import { rejection } from '../support/scripted-transport.ts';

const version = [answer(200, { version: '1.13.0' })];
const retries = { attempts: 1 };

test('SEC-R26: a server whose certificate nobody vouches for gets no request', async () => {
  const certificate = selfSignedCertificate();
  await using server = await startFaultServer(version, certificate);
  await using client = createCollateClient({ baseUrl: server.url, token: () => 'x', retries });
  const error = await rejection(client.system.version({}));
  expect([error.kind, server.requests]).toEqual(['unreachable', []]);
  expect(error.message).toMatch(/SELF_SIGNED|UNABLE_TO_VERIFY/);
});

test('SEC-R26: an authority of one’s own can be trusted, for the hosts it vouches for', async () => {
  const certificate = selfSignedCertificate();
  await using server = await startFaultServer(version, certificate);
  const tls = { ca: certificate.cert };
  await using client = createCollateClient({ baseUrl: server.url, token: () => 'x', retries, tls });
  expect((await client.system.version({})).version).toBe('1.13.0');
  const otherName = server.url.replace('127.0.0.1', 'localhost');
  await using other = createCollateClient({
    baseUrl: otherName,
    token: () => 'x',
    retries,
    tls: { ca: [certificate.cert] },
  });
  expect((await rejection(other.system.version({}))).message).toContain('ERR_TLS_CERT_ALTNAME_INVALID');
});
