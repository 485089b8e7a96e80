import { connect as connectHttp2 } from 'node:http2'
import { connect } from 'node:net'
import { seededRandom } from '../catalog/random.ts'
import { word } from '../catalog/vocabulary.ts'

/*
 * Attacks a hub on this machine as an anonymous client: opens connections, sends each of them many requests for lists that are all
 * different, and never reads a response. Ends when its standard input does, or after a minute.
 */

export interface Attack {
  origin: string
  protocol: 'HTTP/1.1' | 'HTTP/2'
  connections: number
  /** Pipelined on each connection, or streams of it. */
  requests: number
}

const { origin, protocol, connections, requests } = JSON.parse(process.argv[2] ?? '') as Attack
const { hostname, port, host } = new URL(origin)
const random = seededRandom(11)
const start = (letters: number) => word(Math.floor(random() * 20_000)).slice(0, letters)
/** A search for the beginnings of words: few are repeated, most have hits. */
const target = () => `/api/v1/models?limit=100&query=${start(2)}%20${start(2)}%20${start(1)}`
const each = <T>(make: () => T): T[] => Array.from({ length: requests }, make)

for (let opened = 0; opened < connections; opened++) {
  if (protocol === 'HTTP/1.1') {
    const socket = connect(Number(port), hostname).on('error', () => undefined)
    socket.write(each(() => `GET ${target()} HTTP/1.1\r\nHost: ${host}\r\n\r\n`).join(''))
  } else {
    // The certificate is one that was just made.
    const session = connectHttp2(origin, { rejectUnauthorized: false }).on('error', () => undefined)
    each(() => session.request({ ':path': target() }).on('error', () => undefined))
  }
}
const end = () => process.exit(0)
setTimeout(end, 60_000)
process.stdin.resume().once('end', end)
