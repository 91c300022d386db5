// Sets the address of the repository wherever one is needed: set-repository.mjs [URL]. Without a URL no file claims any address.
// The setting itself is "repository" of the root package.json; what is generated from it is written anew.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('..', import.meta.url));
const [, , address = ''] = process.argv;
if (address !== '' && !/^https:\/\/[^\s/]+\/\S*[^\s/]$/.test(address)) {
  console.error('The address must be an https URL without a slash at its end.');
  process.exit(1);
}

function change(path, edit) {
  const file = join(folder, path);
  writeFileSync(file, edit(readFileSync(file, 'utf8')));
}

const documents = address === '' ? 'docs' : `${address}/blob/main/docs`;
change('package.json', (text) => text.replace(/"repository": ".*"/, () => `"repository": "${address}"`));
for (const path of ['deploy/prometheus/rules/scim-gateway.yaml', 'charts/scim-gateway/files/rules.yaml'])
  change(path, (text) => text.replaceAll(/runbook_url: .*(?=\/runbook\.md#)/g, () => `runbook_url: ${documents}`));
change('charts/scim-gateway/Chart.yaml', (text) =>
  text.replace(
    /(?<=# The repository's address, by scripts\/set-repository\.mjs:\n)[\s\S]*?(?=# End of the address\.\n)/,
    () => (address === '' ? '' : `home: ${address}\nsources:\n  - ${address}\n`),
  ),
);
// Reads the setting that was just written.
const { text } = await import('../deploy/grafana/build-dashboard.mjs');
for (const path of ['deploy/grafana', 'charts/scim-gateway/files'])
  change(`${path}/dashboards/scim-gateway.json`, () => text);
