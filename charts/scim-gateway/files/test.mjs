// `helm test` runs this in a pod of the gateway's image: it checks that the SCIM endpoint answers as identity providers expect.
import { readFileSync } from 'node:fs';

const { SCIM_BASE_URL = '', SCIM_TOKEN_FILE = '', PATIENCE_MS = '30000' } = process.env;
const scimMediaType = 'application/scim+json';
const deadline = Date.now() + Number(PATIENCE_MS);

/** Sends a GET; repeats it for PATIENCE_MS while the gateway cannot be reached. */
async function get(path, headers = {}) {
  for (;;) {
    try {
      return await fetch(`${SCIM_BASE_URL}${path}`, { headers, redirect: 'error', signal: AbortSignal.timeout(5_000) });
    } catch (error) {
      if (Date.now() > deadline) throw new Error(`cannot be reached (${error.cause?.code ?? error.message})`);
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
}

async function checkScim(response, status, schema) {
  if (response.status !== status) throw new Error(`answers ${response.status}, not ${status}`);
  const mediaType = (response.headers.get('content-type') ?? '').split(';')[0].trim();
  if (mediaType !== scimMediaType) throw new Error(`has the content type "${mediaType}", not ${scimMediaType}`);
  const { schemas = [] } = await response.json();
  if (!schemas.includes(schema)) throw new Error(`has the schemas ${JSON.stringify(schemas)}, without ${schema}`);
}

const urn = 'urn:ietf:params:scim';
const checks = [
  [
    'GET /ServiceProviderConfig',
    async () => {
      const headers = SCIM_TOKEN_FILE === '' ? {} : bearer();
      await checkScim(
        await get('/ServiceProviderConfig', headers),
        200,
        `${urn}:schemas:core:2.0:ServiceProviderConfig`,
      );
    },
  ],
  [
    'GET /ResourceTypes without a token',
    async () => checkScim(await get('/ResourceTypes'), 401, `${urn}:api:messages:2.0:Error`),
  ],
];
if (SCIM_TOKEN_FILE !== '') {
  checks.push([
    'GET /ResourceTypes with the token',
    async () => checkScim(await get('/ResourceTypes', bearer()), 200, `${urn}:api:messages:2.0:ListResponse`),
  ]);
}

function bearer() {
  return { authorization: `Bearer ${readFileSync(SCIM_TOKEN_FILE, 'utf8').trim()}` };
}

console.log(`SCIM base URL: ${SCIM_BASE_URL}`);
for (const [name, check] of checks) {
  try {
    await check();
    console.log(`✓ ${name}`);
  } catch (error) {
    console.log(`✗ ${name} ${error.message}`);
    process.exitCode = 1;
  }
}
if (SCIM_TOKEN_FILE === '')
  console.log('- the chart has no token, so no request with a token was made: see tests.token');
