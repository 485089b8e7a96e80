import { connect } from 'node:net'

/** An answer as it came over the wire. */
export interface RawAnswer {
  status: number
  /** Names in lower case; several of one name as they came. */
  headers: [string, string][]
  header(name: string): string | undefined
  body: Buffer
}

/** How long a server may stay silent before a test gives up on it, in milliseconds. */
const patience = 10_000

/**
 * Sends exactly these bytes, and gives every answer that comes before the server closes the connection: the last request
 * asks for that with `Connection: close`.
 */
export async function sendRaw(origin: string, request: string | Buffer): Promise<RawAnswer[]> {
  const { hostname, port } = new URL(origin)
  const socket = connect(Number(port), hostname)
  const received: Buffer[] = []
  // A server that refuses may close while the request is still being sent; what it said before that counts.
  socket.on('error', () => {})
  socket.on('data', (chunk) => received.push(chunk))
  socket.setTimeout(patience, () => socket.destroy())
  socket.write(request)
  await new Promise((resolve) => socket.once('close', resolve))
  return readAnswers(Buffer.concat(received))
}

/** The one answer to one request. */
export async function sendOne(origin: string, request: string | Buffer): Promise<RawAnswer> {
  const [answer, ...more] = await sendRaw(origin, request)
  if (answer === undefined || more.length > 0) throw new Error(`${more.length + (answer ? 1 : 0)} answers, not one`)
  return answer
}

/** A request of one line, these headers and this body, with the `Host` that belongs to it. */
export function rawRequest(
  origin: string,
  line: string,
  headers: readonly string[] = [],
  body: string | Buffer = '',
): Buffer {
  const head = [`${line} HTTP/1.1`, `Host: ${new URL(origin).host}`, 'Connection: close', ...headers, '', ''].join(
    '\r\n',
  )
  return Buffer.concat([Buffer.from(head, 'latin1'), Buffer.from(body)])
}

function readAnswers(bytes: Buffer): RawAnswer[] {
  const answers: RawAnswer[] = []
  let rest = bytes
  while (rest.length > 0) {
    const end = rest.indexOf('\r\n\r\n')
    if (end < 0) throw new Error(`no answer: ${rest.toString('latin1', 0, 200)}`)
    const [statusLine = '', ...lines] = rest.toString('latin1', 0, end).split('\r\n')
    const headers = lines.map((line): [string, string] => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
    })
    const header = (name: string) => headers.find(([found]) => found === name)?.[1]
    const length = Number(header('content-length') ?? 0)
    const body = rest.subarray(end + 4, end + 4 + length)
    answers.push({ status: Number(statusLine.split(' ')[1]), headers, header, body })
    rest = rest.subarray(end + 4 + body.length)
  }
  return answers
}
