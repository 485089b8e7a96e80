import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { connect } from 'node:http2'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { makeCertificate } from '../test/certificate.ts'
import { assertSame, beside, measureSides, type Sample, type Side } from './http.ts'
import { makeHome, serveHome } from './hub.ts'
import { findHttp2Generator } from './load/http2-generator.ts'
import { startServer } from './processes.ts'
import type { Finding } from './report.ts'
import type { Effort } from './rounds.ts'
import type { BareAnswer } from './servers/bare-server.ts'

const modelCount = 10_000

/** Cache hits over HTTP/2 and TLS, beside bare `node:http2` that sends the same bytes with the same certificate. */
export async function* measureHttp2(directory: string, effort: Effort): AsyncGenerator<Finding> {
  const home = await makeHome(directory, modelCount)
  const certificate = makeCertificate()
  const [cert, key] = ['cert', 'key'].map((name) => join(directory, `${name}.pem`)) as [string, string]
  await mkdir(directory, { recursive: true })
  await writeFile(cert, certificate.cert)
  await writeFile(key, certificate.key)
  const hub = await serveHome(home, ['--tls-cert', cert, '--tls-key', key])
  const tls = { cert: certificate.cert.toString(), key: certificate.key.toString() }
  try {
    for (const path of ['/api/v1/models?limit=100', '/api/v1/models?limit=1']) {
      const sample = await sampleOverHttp2({ server: hub, path })
      const contentType = `${sample.headers.get('content-type')}`
      const answer: BareAnswer = { contentType, bodyBase64: sample.body.toString('base64'), tls }
      const bare = await startServer('bench/servers/bare-server.ts', [], { input: JSON.stringify(answer) })
      try {
        const sides = [hub, bare].map((server): Side => ({ server, path }))
        await assertSame(sides, 200, sampleOverHttp2)
        const generator = findHttp2Generator()
        const [ours, theirs] = await measureSides(sides, generator, effort)
        await assertSame(sides, 200, sampleOverHttp2)
        if (!ours || !theirs) continue
        yield {
          name: `HTTP/2 over TLS, cache hit, GET ${path.slice('/api/v1'.length)}, against bare node:http2`,
          unit: 'req/s',
          ...beside(ours, theirs),
          against: `node:http2 ${process.version}`,
          rounds: effort.rounds,
          generator: generator.name,
          target: { ratio: 0.8 },
        }
      } finally {
        await bare.stop()
      }
    }
  } finally {
    await hub.stop()
  }
}

async function sampleOverHttp2({ server, path, headers = {} }: Side): Promise<Sample> {
  const session = connect(server.origin, { rejectUnauthorized: false })
  try {
    const stream = session.request({ ':path': path, ...headers })
    const [{ ':status': status, ...fields }] = (await once(stream, 'response')) as [Record<string, unknown>]
    const texts = Object.entries(fields).flatMap(([name, value]) =>
      name.startsWith(':') ? [] : [[name, `${value}`] as [string, string]],
    )
    return { status: Number(status), headers: new Headers(texts), body: await buffer(stream) }
  } finally {
    session.close()
  }
}
