/** An instruction of a Dockerfile, with continued lines joined. */
export interface Instruction {
  readonly name: string;
  readonly value: string;
}

/** A stage of a Dockerfile: its name, its base, and its instructions. */
export interface Stage {
  readonly name: string;
  readonly from: string;
  readonly instructions: readonly Instruction[];
}

/** The stages of a Dockerfile, and the arguments before the first stage. */
export interface Dockerfile {
  readonly args: readonly string[];
  readonly stages: readonly Stage[];
}

/** Parses the parts of a Dockerfile that the policies check. */
export function parseDockerfile(text: string): Dockerfile {
  const instructions = text
    .replace(/^\s*#.*\n/gm, '')
    .replace(/\\\n/g, ' ')
    .split('\n')
    .map((line) => /^\s*([A-Za-z]+)\s+(.*)$/.exec(line))
    .flatMap((match) => (match === null ? [] : [{ name: (match[1] ?? '').toUpperCase(), value: match[2] ?? '' }]));
  const first = instructions.findIndex(({ name }) => name === 'FROM');
  const args = instructions.slice(0, first).map(({ value }) => value);
  const stages: { name: string; from: string; instructions: Instruction[] }[] = [];
  for (const instruction of instructions.slice(first)) {
    if (instruction.name === 'FROM') stages.push({ ...toStage(instruction.value), instructions: [] });
    else stages.at(-1)?.instructions.push(instruction);
  }
  return { args, stages };
}

function toStage(value: string): { name: string; from: string } {
  const [from = '', , name = ''] = value.split(/\s+/).filter((part) => !part.startsWith('--'));
  return { name, from };
}

/** The violations of the policies in a Dockerfile, as sentences. */
export function findingsOf(text: string): readonly string[] {
  const { args, stages } = parseDockerfile(text);
  const defaults = new Map(args.map((arg) => [arg.split('=')[0] ?? '', arg.slice(arg.indexOf('=') + 1)]));
  const final = stages.at(-1) ?? { name: '', from: '', instructions: [] };
  const last = (name: string) => final.instructions.filter((one) => one.name === name).at(-1)?.value;
  const everywhere = stages.flatMap(({ instructions }) => instructions);
  const isExec = (value: string | undefined) => /^\[".*"\]$/.test(value ?? '');
  return [
    ...stages.flatMap(({ from, name }, index) => baseFindings(from, name, defaults, stages.slice(0, index))),
    ...(/^[1-9]\d*:[1-9]\d*$/.test(last('USER') ?? '') ? [] : [`the last stage runs as ${last('USER') ?? 'root'}`]),
    ...(isExec(last('ENTRYPOINT')) ? [] : ['ENTRYPOINT is not in exec form']),
    ...(isExec(last('CMD')) ? [] : ['CMD is not in exec form']),
    ...(isExec(last('HEALTHCHECK')?.replace(/^(--\S+\s+)*CMD\s+/, '')) ? [] : ['there is no HEALTHCHECK in exec form']),
    ...(last('STOPSIGNAL') === 'SIGTERM' ? [] : ['STOPSIGNAL is not SIGTERM']),
    ...(final.instructions.some(({ name }) => name === 'RUN') ? ['the last stage runs commands'] : []),
    ...everywhere.flatMap(instructionFindings),
  ];
}

function baseFindings(
  from: string,
  name: string,
  defaults: ReadonlyMap<string, string>,
  earlier: readonly Stage[],
): readonly string[] {
  if (from === 'scratch' || earlier.some((stage) => stage.name === from)) return [];
  const argument = /^\$\{(\w+)\}$/.exec(from)?.[1];
  if (argument === undefined) return [`the base of stage ${name} is no argument`];
  return /@sha256:[0-9a-f]{64}$/.test(defaults.get(argument) ?? '') ? [] : [`${argument} is not pinned by a digest`];
}

function instructionFindings({ name, value }: Instruction): readonly string[] {
  return [
    ...(name === 'ADD' ? [`ADD ${value}: COPY is explicit`] : []),
    ...(name === 'COPY' && /--link\b/.test(value) ? ['COPY --link is not supported by every builder'] : []),
    ...(name === 'RUN' && value.includes('<<') ? ['a here-document is not supported by every builder'] : []),
    ...(/^(ARG|ENV)$/.test(name) && /(TOKEN|PASSWORD|SECRET|_KEY)\b/i.test(value)
      ? [`${name} ${value}: a secret would stay in the image`]
      : []),
  ];
}
