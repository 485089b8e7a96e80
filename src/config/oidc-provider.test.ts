import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { readOidcProvider } from './oidc-provider.ts'

test('the secret of a provider comes from its file, or as it is; without a name it is called by its host', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'modelkeep-oidc-'))
  try {
    const [secret, empty] = [join(directory, 'secret'), join(directory, 'empty')]
    await writeFile(secret, 'of the client\n')
    await writeFile(empty, '\n')
    const given = {
      oidcIssuer: 'https://id.example/realms/studio',
      oidcClientId: 'hub',
      oidcClientSecret: undefined,
      oidcName: undefined,
    }
    const read = (oidcClientSecretFile?: string) => readOidcProvider({ ...given, oidcClientSecretFile })

    const provider = { issuer: given.oidcIssuer, clientId: 'hub', name: 'id.example' }
    assert.deepEqual(await read(secret), { ...provider, clientSecret: 'of the client' })
    assert.deepEqual(await read(), { ...provider, clientSecret: undefined })
    const stated = { ...given, oidcClientSecretFile: undefined, oidcClientSecret: 'of the client' }
    assert.deepEqual(await readOidcProvider(stated), { ...provider, clientSecret: 'of the client' })
    assert.equal(await readOidcProvider({ ...given, oidcIssuer: undefined, oidcClientSecretFile: secret }), undefined)
    for (const [file, message] of [
      [join(directory, 'none'), /^--oidc-client-secret-file: ENOENT/],
      [empty, /^--oidc-client-secret-file: .*empty is empty$/],
    ] as const)
      await assert.rejects(read(file), { name: 'ConfigError', message })
  } finally {
    await rm(directory, { recursive: true })
  }
})
