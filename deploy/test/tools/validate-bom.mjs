// Validates a CycloneDX 1.6 document strictly, without unknown fields: validate-bom.mjs FILE
import { readFileSync } from 'node:fs';
import { Spec, Validation } from '@cyclonedx/cyclonedx-library';

const problems = await new Validation.JsonStrictValidator(Spec.Version.v1dot6).validate(
  readFileSync(process.argv[2], 'utf8'),
);
if (problems !== null) {
  console.error(JSON.stringify(problems, null, 2));
  process.exit(1);
}
