import { readFile } from 'node:fs/promises'
import { createSecureContext } from 'node:tls'
import { type Config, ConfigError } from './config.ts'

/**
 * The certificate and the key that the hub serves HTTPS with; undefined when it serves plain HTTP.
 * @throws ConfigError when a file cannot be read, holds something else, or the two do not belong together
 */
export async function readTlsFiles({
  tlsCert,
  tlsKey,
}: Pick<Config, 'tlsCert' | 'tlsKey'>): Promise<{ cert: Buffer; key: Buffer } | undefined> {
  if (tlsCert === undefined || tlsKey === undefined) return undefined
  const cert = await read('--tls-cert', tlsCert)
  const key = await read('--tls-key', tlsKey)
  expectUsable({ cert }, `--tls-cert: ${tlsCert} holds no certificate in PEM`)
  expectUsable({ key }, `--tls-key: ${tlsKey} holds no private key in PEM that can be read without a passphrase`)
  expectUsable({ cert, key }, `--tls-key: ${tlsKey} is not the key of the certificate ${tlsCert}`)
  return { cert, key }
}

async function read(option: string, path: string): Promise<Buffer> {
  try {
    return await readFile(path)
  } catch (error) {
    throw new ConfigError(`${option}: ${(error as Error).message}`)
  }
}

function expectUsable(files: { cert?: Buffer; key?: Buffer }, otherwise: string): void {
  try {
    createSecureContext(files)
  } catch {
    throw new ConfigError(otherwise)
  }
}
