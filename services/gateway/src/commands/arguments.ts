import { parseArgs } from 'node:util';
import { commands, type Flag, flagNames, type OptionName, optionNames, usage } from './usage.ts';

/** What the command line asks for. */
export type Arguments =
  | { readonly kind: 'help'; readonly text: string }
  /** The text names what is wrong and ends with the usage. */
  | { readonly kind: 'refused'; readonly text: string }
  | {
      readonly kind: 'run';
      readonly command: string;
      /** What follows the command: `check` in `config check`. */
      readonly action: string | undefined;
      readonly options: Readonly<Partial<Record<OptionName, string>>>;
      readonly flags: ReadonlySet<Flag>;
    };

/**
 * Reads the arguments after the program's name. A command's options are its own: those of other commands are refused.
 */
export function readArguments(args: readonly string[]): Arguments {
  const parsed = parse(args);
  if ('problem' in parsed) {
    const command = args.find((arg) => commands.has(arg));
    return refuse(parsed.problem, command);
  }
  const { help, json, 'dry-run': dryRun, revoke, ...options } = parsed.values;
  const given = { json, 'dry-run': dryRun, revoke };
  const flags = new Set(flagNames.filter((name) => given[name] === true));
  const [command = '', action] = parsed.positionals;
  const known = commands.get(command);
  if (help) return { kind: 'help', text: known?.text ?? usage };
  if (known === undefined) return { kind: 'refused', text: usage };
  const used = [...optionNames.filter((name) => options[name] !== undefined), ...flags];
  const foreign = used.find((name) => !known.options.includes(name));
  if (foreign !== undefined) return refuse(`scim-gateway ${command} does not accept --${foreign}.`, command);
  return { kind: 'run', command, action, options, flags };
}

function refuse(problem: string, command: string | undefined): Arguments {
  const text = command === undefined ? usage : (commands.get(command)?.text ?? usage);
  return { kind: 'refused', text: `${problem}\n\n${text}` };
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const options = {
    write: text,
    name: text,
    provider: text,
    profile: text,
    scopes: text,
    expires: text,
    email: text,
    days: text,
    'admin-token-file': text,
    'token-file': text,
    'secret-manifest': text,
    json: flag,
    'dry-run': flag,
    revoke: flag,
  };
  const help = { type: 'boolean', short: 'h', default: false } as const;
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options: { ...options, help } });
  } catch (error) {
    // Node's message names the unknown option, or the option without a value.
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}
