import { createSecretKey, hkdfSync, type KeyObject, randomBytes } from 'node:crypto'
import { link, mkdir, open, readFile, unlink } from 'node:fs/promises'
import { join } from 'node:path'

/** The server secret cannot be used: `message` says what to do, and holds nothing of it. */
export class UnusableServerSecret extends Error {
  override name = 'UnusableServerSecret'
}

/**
 * Reads the server secret of a data directory, which is made at first use. It is kept in a file of its own, outside the
 * database, that only its owner can read; several processes that start at once get the same one.
 * @throws UnusableServerSecret when the file is there and does not hold one
 */
export async function openServerSecret(dataDirectory: string): Promise<KeyObject> {
  const file = join(dataDirectory, 'secret.key')
  const bytes = (await readIfThere(file)) ?? (await makeSecret(dataDirectory, file))
  if (bytes.length !== secretBytes) {
    throw new UnusableServerSecret(
      `${file} does not hold a server secret: restore it from a backup, or remove it. A new one ends all tokens and ` +
        'sessions, and no second factor that was set up can be proven any more: whoever has one signs in by passkey or ' +
        'provider, and turns it off with the password',
    )
  }
  return createSecretKey(bytes)
}

/** A key for one purpose alone, derived from the server secret (RFC 5869). */
export function deriveKey(serverSecret: KeyObject, purpose: string): KeyObject {
  return createSecretKey(Buffer.from(hkdfSync('sha256', serverSecret, '', `modelkeep ${purpose}`, secretBytes)))
}

const secretBytes = 32

/** The file gets its name only when it is whole, and only if nobody else's has it: a link never replaces. */
async function makeSecret(dataDirectory: string, file: string): Promise<Buffer> {
  await mkdir(dataDirectory, { recursive: true })
  const draft = `${file}.${randomBytes(8).toString('hex')}`
  const handle = await open(draft, 'wx', 0o600)
  try {
    await handle.writeFile(randomBytes(secretBytes))
    await handle.sync()
    await handle.close()
    await link(draft, file).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
    })
  } finally {
    await handle.close()
    await unlink(draft)
  }
  return readFile(file)
}

async function readIfThere(file: string): Promise<Buffer | undefined> {
  try {
    return await readFile(file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
