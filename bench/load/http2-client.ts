import { type ClientHttp2Session, connect } from 'node:http2'
import { percentile } from '../rounds.ts'
import type { Load, LoadResult } from './generator.ts'

/* Asks for one address over HTTP/2 as fast as answers come, and prints how it went as JSON. */

const { url, headers, seconds, connections, streams } = JSON.parse(process.argv[2] ?? '') as Load & {
  connections: number
  streams: number
}
const { origin, pathname, search } = new URL(url)
const started = performance.now()
const end = started + seconds * 1000
const milliseconds: number[] = []

// The certificate is one that was just made.
const sessions = Array.from({ length: connections }, () => connect(origin, { rejectUnauthorized: false }))
await Promise.all(sessions.flatMap((session) => Array.from({ length: streams }, () => askUntilEnd(session))))
for (const session of sessions) session.close()
const passed = (performance.now() - started) / 1000
const result: LoadResult = {
  seconds: passed,
  requestsPerSecond: milliseconds.length / passed,
  p50Milliseconds: percentile(milliseconds, 0.5),
  p99Milliseconds: percentile(milliseconds, 0.99),
}
console.log(JSON.stringify(result))

async function askUntilEnd(session: ClientHttp2Session): Promise<void> {
  while (performance.now() < end) {
    const sent = performance.now()
    await ask(session)
    milliseconds.push(performance.now() - sent)
  }
}

function ask(session: ClientHttp2Session): Promise<void> {
  return new Promise((resolve, reject) => {
    const stream = session.request({ ':path': pathname + search, ...headers })
    stream.once('response', ({ ':status': status }) => {
      if (status !== 200) reject(new Error(`${url}: answered ${status}`))
    })
    stream.once('error', reject).once('end', resolve).resume()
  })
}
