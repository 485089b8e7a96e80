import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { makeCertificate } from '../../test/certificate.ts'
import { readTlsFiles } from './tls-files.ts'

test('certificate and key are read; what cannot serve is refused by the option that named it', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'modelkeep-tls-'))
  try {
    const [own, other] = [makeCertificate(), makeCertificate()]
    const put = async (name: string, bytes: Buffer | string) => {
      await writeFile(join(directory, name), bytes)
      return join(directory, name)
    }
    const [cert, key] = [await put('cert.pem', own.cert), await put('key.pem', own.key)]
    const [otherKey, text] = [await put('other.pem', other.key), await put('text.pem', 'no PEM at all')]

    assert.equal(await readTlsFiles({ tlsCert: undefined, tlsKey: undefined }), undefined)
    const read = await readTlsFiles({ tlsCert: cert, tlsKey: key })
    assert.equal(new X509Certificate(read?.cert ?? '').subjectAltName, 'DNS:localhost, IP Address:127.0.0.1')

    for (const [files, message] of [
      [{ tlsCert: join(directory, 'none.pem'), tlsKey: key }, /^--tls-cert: ENOENT.*none\.pem/],
      [{ tlsCert: cert, tlsKey: directory }, /^--tls-key: EISDIR/],
      [{ tlsCert: text, tlsKey: key }, /^--tls-cert: .*text\.pem holds no certificate/],
      [{ tlsCert: key, tlsKey: key }, /^--tls-cert: .*key\.pem holds no certificate/],
      [{ tlsCert: cert, tlsKey: text }, /^--tls-key: .*text\.pem holds no private key/],
      [{ tlsCert: cert, tlsKey: otherKey }, /^--tls-key: .*other\.pem is not the key of the certificate/],
    ] as const)
      await assert.rejects(readTlsFiles(files), { name: 'ConfigError', message })
  } finally {
    await rm(directory, { recursive: true })
  }
})
