import { createServer } from 'node:http';
import { scimPatch } from 'scim-patch';
import { filter, parse } from 'scim2-parse-filter';
import { announce, readGroup, readUsers, saveGroup, token } from './store.mjs';

// The code that an application writes around scim-patch and scim2-parse-filter: a few routes on node:http.
const server = createServer((request, response) => {
  answer(request, response).catch((error) => send(response, 500, { status: '500', detail: String(error) }));
});

async function answer(request, response) {
  const url = new URL(request.url, 'http://localhost');
  if (request.headers.authorization !== `Bearer ${token}`) return send(response, 401, { status: '401' });
  const groupId = /^\/scim\/v2\/Groups\/([^/]+)$/.exec(url.pathname)?.[1];
  if (request.method === 'GET' && url.pathname === '/scim/v2/Users') return list(url, response);
  if (request.method === 'PATCH' && groupId !== undefined) return patch(groupId, request, response);
  if (request.method === 'GET' && groupId !== undefined) return send(response, 200, await readGroup(groupId));
  return send(response, 404, { status: '404' });
}

async function list(url, response) {
  const found = (await readUsers()).filter(filter(parse(url.searchParams.get('filter') ?? 'id pr')));
  send(response, 200, {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
    totalResults: found.length,
    startIndex: 1,
    itemsPerPage: found.length,
    Resources: found,
  });
}

async function patch(id, request, response) {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += chunk;
  const group = await readGroup(id);
  if (group === undefined) return send(response, 404, { status: '404' });
  const changed = scimPatch(group, JSON.parse(text).Operations);
  await saveGroup(changed);
  send(response, 200, changed);
}

function send(response, status, body) {
  response.writeHead(status, { 'content-type': 'application/scim+json' }).end(JSON.stringify(body));
}

server.listen(0, '127.0.0.1', () => announce(server));
