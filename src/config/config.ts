import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { z } from 'zod'
import { type OptionDeclaration, optionDeclarations } from './options.ts'

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
 * `modelkeep.config.json` in `directory`, else a variable that a standard has for it, else its default. Paths are relative to `directory`.
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
  for (const [name, declaration] of Object.entries<OptionDeclaration>(optionDeclarations)) {
    const { flag, schema } = declaration
    const variable = variableName(name)
    const named = flag === undefined ? name : `--${kebab(name)}`
    const [value, source] =
      flag !== undefined && flags[name] !== undefined
        ? [flags[name], named]
        : environment[variable]
          ? [environment[variable], `${named} (from ${variable})`]
          : inFile[name] !== undefined
            ? [inFile[name], `${named} (from ${configFile})`]
            : standardValue(declaration, environment, named)
    const result = schema.safeParse(value)
    if (!result.success) throw new ConfigError(`${source}: ${reasonOf(result.error, named)}`)
    config[name] = result.data
  }
  const { tlsCert, tlsKey } = config as Config
  if (tlsCert !== undefined && tlsKey === undefined) throw new ConfigError('--tls-key: is needed with --tls-cert')
  if (tlsKey !== undefined && tlsCert === undefined) throw new ConfigError('--tls-cert: is needed with --tls-key')
  const { sendFiles, trustProxy } = config as Config
  // Whoever else asked would get an answer without the file, and be told where it lies.
  if (sendFiles !== undefined && !Array.isArray(trustProxy))
    throw new ConfigError('--send-files: needs --trust-proxy with the addresses of the proxy')
  const { oidcIssuer, oidcClientId, oidcClientSecretFile, oidcClientSecret, oidcName } = config as Config
  if (oidcIssuer !== undefined && oidcClientId === undefined)
    throw new ConfigError('--oidc-client-id: is needed with --oidc-issuer')
  if (oidcIssuer === undefined && (oidcClientId ?? oidcClientSecretFile ?? oidcClientSecret ?? oidcName) !== undefined)
    throw new ConfigError('--oidc-issuer: is needed with the other options of a provider')
  if (oidcClientSecretFile !== undefined && oidcClientSecret !== undefined)
    throw new ConfigError(
      `--oidc-client-secret-file: is one secret too many beside ${variableName('oidcClientSecret')}`,
    )
  return config as Config
}

/** What a variable of OpenTelemetry says of an option, unless another one says that there is to be none of it. */
function standardValue(
  { standardVariables = {} }: OptionDeclaration,
  environment: NodeJS.ProcessEnv,
  named: string,
): [value: string | undefined, source: string] {
  const isOff =
    environment.OTEL_SDK_DISABLED?.toLowerCase() === 'true' ||
    environment.OTEL_TRACES_EXPORTER?.toLowerCase() === 'none'
  for (const [variable, meaning] of Object.entries(isOff ? {} : standardVariables)) {
    const text = environment[variable]
    if (text) return [meaning(text), `${named} (from ${variable})`]
  }
  return [undefined, named]
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

function reasonOf(error: z.ZodError, named: string): string {
  return error.issues[0]?.message ?? `is not valid for ${named}`
}

const kebab = (name: string) => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
/** The environment variable of an option: `MODELKEEP_TLS_CERT` of `tlsCert`. */
export const variableName = (name: string) => `MODELKEEP_${kebab(name).replaceAll('-', '_').toUpperCase()}`
