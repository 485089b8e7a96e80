import { once } from 'node:events'
import { Agent, get, type IncomingMessage } from 'node:http'
import { type ClientHttp2Session, connect as connectHttp2 } from 'node:http2'
import { connect as connectTls } from 'node:tls'

/** Another address than that of an attack from 127.0.0.1. */
const localAddress = '127.0.0.2'

/** A caller with a token, on another address than the attack: sends one request after another on one connection. */
export interface ValidCaller {
  /** Gives the status, when the whole response is there. */
  send(path: string): Promise<number>
  close(): void
}

export async function openValidCaller(origin: string, token: string): Promise<ValidCaller> {
  const headers = { authorization: `Bearer ${token}` }
  return origin.startsWith('https:') ? overHttp2(origin, headers) : overHttp1(origin, headers)
}

function overHttp1(origin: string, headers: Record<string, string>): ValidCaller {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  return {
    async send(path) {
      const [response] = (await once(get(origin + path, { agent, headers, localAddress }), 'response')) as [
        IncomingMessage,
      ]
      response.resume()
      await once(response, 'end')
      return response.statusCode ?? 0
    },
    close: () => agent.destroy(),
  }
}

async function overHttp2(origin: string, headers: Record<string, string>): Promise<ValidCaller> {
  const { hostname, port } = new URL(origin)
  const open = { host: hostname, port: Number(port), localAddress, ALPNProtocols: ['h2'], rejectUnauthorized: false }
  const socket = connectTls(open)
  await once(socket, 'secureConnect')
  const session: ClientHttp2Session = connectHttp2(origin, { createConnection: () => socket })
  return {
    async send(path) {
      const stream = session.request({ ':path': path, ...headers })
      const [{ ':status': status }] = await once(stream, 'response')
      stream.resume()
      await once(stream, 'end')
      return status
    },
    close: () => session.destroy(),
  }
}
