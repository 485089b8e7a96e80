import { readFile } from 'node:fs/promises'
import type { OidcProvider } from '../auth/sign-in/oidc-provider.ts'
import { type Config, ConfigError } from './config.ts'

/**
 * The provider that people may sign in with; undefined when there is none.
 * @throws ConfigError when the file of its secret cannot be read, or is empty
 */
export async function readOidcProvider({
  oidcIssuer,
  oidcClientId,
  oidcClientSecretFile,
  oidcClientSecret,
  oidcName,
}: Pick<Config, 'oidcIssuer' | 'oidcClientId' | 'oidcClientSecretFile' | 'oidcClientSecret' | 'oidcName'>): Promise<
  OidcProvider | undefined
> {
  if (oidcIssuer === undefined || oidcClientId === undefined) return undefined
  return {
    issuer: oidcIssuer,
    clientId: oidcClientId,
    clientSecret: oidcClientSecretFile === undefined ? oidcClientSecret : await readSecret(oidcClientSecretFile),
    name: oidcName ?? new URL(oidcIssuer).host,
  }
}

async function readSecret(path: string): Promise<string> {
  const secret = await readFile(path, 'utf8').catch((error: Error) => {
    throw new ConfigError(`--oidc-client-secret-file: ${error.message}`)
  })
  if (secret.trim() === '') throw new ConfigError(`--oidc-client-secret-file: ${path} is empty`)
  return secret.trim()
}
