import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { z } from 'zod'

/** An option of the program: a flag, an environment variable (`MODELKEEP_*`) and a key of `modelkeep.config.json`. */
export interface OptionDeclaration {
  flag: string
  description: string
  /** Reads the text of a flag or variable, or the value in the file. */
  schema: z.ZodType
}

const yesNo = z.union([z.boolean(), z.stringbool()], { error: 'must be true or false' })
const wholeNumber = (min: number, max: number) =>
  z
    .union(
      [
        z.int(),
        z
          .string()
          .regex(/^\d{1,15}$/)
          .transform(Number),
      ],
      {
        error: `must be a whole number from ${min} to ${max}`,
      },
    )
    .refine((number) => number >= min, `must be at least ${min}`)
    .refine((number) => number <= max, `must be at most ${max}`)
const list = z
  .union([z.array(z.string()), z.string().transform((text) => text.split(','))])
  .transform((texts) => texts.map((text) => text.trim()).filter(Boolean))
const webOrigin = z
  .string()
  .refine(isOrigin, { error: (issue) => `"${issue.input}" is not an origin such as https://hub.example` })
  .transform((text) => new URL(text).origin)
const hostName = z.string().regex(/^[^\s/@?#]+$/, {
  error: (issue) => `"${issue.input}" is not a host such as hub.example or hub.example:8443`,
})

/** Every option, with its default. The order is that of `--help`. */
export const optionDeclarations = {
  data: {
    flag: '--data <dir>',
    description: 'where the hub keeps its own data',
    schema: z.string().min(1).default('./data'),
  },
  host: {
    flag: '--host <address>',
    description: 'address to listen on',
    schema: z.string().min(1).default('127.0.0.1'),
  },
  port: {
    flag: '--port <number>',
    description: 'port to listen on; 0 picks a free one',
    schema: wholeNumber(0, 65535).default(3333),
  },
  publicUrl: {
    flag: '--public-url <url>',
    description: 'scheme and host of every address the hub gives out, instead of the request’s own',
    schema: z
      .string()
      .refine(isOrigin, 'must be a scheme and host such as https://hub.example, without a path')
      .transform((text) => new URL(text).origin)
      .optional(),
  },
  database: {
    flag: '--database <url>',
    description: 'sqlite:FILE; by default a file in the data directory',
    schema: z
      .string()
      .regex(/^sqlite:./, 'must be sqlite:FILE (this version has no other engine)')
      .optional(),
  },
  tlsCert: {
    flag: '--tls-cert <file>',
    description: 'certificate in PEM; turns on HTTPS and HTTP/2',
    schema: z.string().min(1).optional(),
  },
  tlsKey: {
    flag: '--tls-key <file>',
    description: 'private key of the certificate in PEM',
    schema: z.string().min(1).optional(),
  },
  trustedOrigins: {
    flag: '--trusted-origins <origins>',
    description: 'origins whose pages may read personal answers, joined by commas',
    schema: list.pipe(z.array(webOrigin)).default([]),
  },
  trustProxy: {
    flag: '--trust-proxy <proxies>',
    description: 'true, or networks (CIDR, joined by commas) whose X-Forwarded-* headers count',
    schema: z
      .union([yesNo, list.pipe(z.array(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()])).min(1))], {
        error: 'must be true, false, or networks such as 10.0.0.0/8',
      })
      .default(false),
  },
  allowedHosts: {
    flag: '--allowed-hosts <hosts>',
    description: 'hosts that requests may be for, joined by commas; by default any',
    schema: list.pipe(z.array(hostName.toLowerCase())).default([]),
  },
  loginOnly: {
    flag: '--login-only [yes]',
    description: 'downloads need a sign-in, where a model does not say otherwise',
    schema: yesNo.default(false),
  },
  defaultBrowsingLevel: {
    flag: '--default-browsing-level <bits>',
    description: 'levels that lists show when a client names none (docs/filters.md)',
    schema: wholeNumber(1, 31).default(1),
  },
  hashThreads: {
    flag: '--hash-threads <number>',
    description: 'threads that hash files',
    schema: wholeNumber(1, 64).default(2),
  },
  cacheMegabytes: {
    flag: '--cache-megabytes <number>',
    description: 'memory for cached public answers',
    schema: wholeNumber(1, 65536).default(16),
  },
  workers: {
    flag: '--workers <number>',
    description: 'serving processes',
    schema: wholeNumber(1, 256)
      .refine((count) => count === 1, 'this version serves with 1 process')
      .default(1),
  },
  logLevel: {
    flag: '--log-level <level>',
    description: 'fatal, error, warn, info, debug, trace or silent',
    schema: z
      .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
        error: 'must be fatal, error, warn, info, debug, trace or silent',
      })
      .default('info'),
  },
} as const satisfies Record<string, OptionDeclaration>

type OptionName = keyof typeof optionDeclarations
export type Config = { [Name in OptionName]: z.output<(typeof optionDeclarations)[Name]['schema']> }

/** A value that cannot be used; the message is one line that names the option and where it came from. */
export class ConfigError extends Error {
  override name = 'ConfigError'
}

const configFile = 'modelkeep.config.json'

/** What a person types to get the command line: in a checkout the npm script, where it is installed its name. */
export const commandName = (environment: NodeJS.ProcessEnv = process.env): string =>
  environment.npm_package_name === 'modelkeep' && /^(?:start|modelkeep)$/.test(environment.npm_lifecycle_event ?? '')
    ? 'npm run -s modelkeep --'
    : 'modelkeep'

/**
 * Reads every option once: from flags, else the environment (an empty variable is as if absent), else
 * `modelkeep.config.json` in `directory`, else its default. Paths are relative to `directory`.
 * @throws ConfigError
 */
export function readConfig({
  flags,
  environment = process.env,
  directory = process.cwd(),
}: {
  flags: Record<string, unknown>
  environment?: NodeJS.ProcessEnv
  directory?: string
}): Config {
  const inFile = readConfigFile(resolve(directory, configFile))
  const config: Record<string, unknown> = {}
  for (const [name, { flag, schema }] of Object.entries(optionDeclarations)) {
    const variable = variableName(name)
    const [value, source] =
      flags[name] !== undefined
        ? [flags[name], `--${kebab(name)}`]
        : environment[variable]
          ? [environment[variable], `--${kebab(name)} (from ${variable})`]
          : [inFile[name], `--${kebab(name)} (from ${configFile})`]
    const result = schema.safeParse(value)
    if (!result.success) throw new ConfigError(`${source}: ${reasonOf(result.error, flag)}`)
    config[name] = result.data
  }
  const { tlsCert, tlsKey } = config as Config
  if (tlsCert !== undefined && tlsKey === undefined) throw new ConfigError('--tls-key: is needed with --tls-cert')
  if (tlsKey !== undefined && tlsCert === undefined) throw new ConfigError('--tls-cert: is needed with --tls-key')
  return config as Config
}

function readConfigFile(path: string): Record<string, unknown> {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {}
    throw new ConfigError(`${configFile}: ${(error as Error).message}`)
  }
  try {
    const values = z.record(z.string(), z.unknown()).parse(JSON.parse(text))
    const unknown = Object.keys(values).find((name) => !(name in optionDeclarations))
    if (unknown !== undefined) throw new ConfigError(`${configFile}: has no option "${unknown}"`)
    return values
  } catch (error) {
    if (error instanceof ConfigError) throw error
    throw new ConfigError(`${configFile}: is not a JSON object`)
  }
}

function reasonOf(error: z.ZodError, flag: string): string {
  return error.issues[0]?.message ?? `is not valid for ${flag}`
}

function isOrigin(text: string): boolean {
  if (!URL.canParse(text)) return false
  const url = new URL(text)
  return (
    /^https?:$/.test(url.protocol) &&
    url.pathname === '/' &&
    url.search === '' &&
    url.hash === '' &&
    url.username === ''
  )
}

const kebab = (name: string) => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
/** The environment variable of an option: `MODELKEEP_TLS_CERT` of `tlsCert`. */
export const variableName = (name: string) => `MODELKEEP_${kebab(name).replaceAll('-', '_').toUpperCase()}`
