import { once } from 'node:events'
import { readdir, readFile, readlink } from 'node:fs/promises'
import { Agent, type IncomingMessage, request } from 'node:http'
import type { Socket } from 'node:net'
import { text } from 'node:stream/consumers'

/** A connection that stays open, to one of the processes that serve a hub. */
export interface Connection {
  /** Of the process that answers. */
  pid: number
  ask(path: string, asked?: Asked): Promise<Answer>
  close(): void
}

interface Asked {
  method?: string
  token?: string
}

interface Answer {
  status: number
  cacheStatus: string
  body: string
}

/** More would mean that one of the processes gets none. */
const mostTries = 200

/** A connection to each of the processes: the system spreads them, so that some are opened in vain. */
export async function connectToEach(origin: string, pids: readonly number[]): Promise<Connection[]> {
  const found = new Map<number, Connection>()
  for (let tries = 0; found.size < pids.length; tries++) {
    if (tries === mostTries) throw new Error('not every process gets connections')
    const connection = await connect(origin, pids)
    if (found.has(connection.pid)) connection.close()
    else found.set(connection.pid, connection)
  }
  return [...found.values()]
}

async function connect(origin: string, pids: readonly number[]): Promise<Connection> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  let socket: Socket | undefined
  const ask: Connection['ask'] = async (path, { method = 'GET', token } = {}) => {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` }
    const asking = request(origin + path, { agent, method, headers })
    asking.once('socket', (used) => {
      socket = used
    })
    asking.end()
    const [answer] = (await once(asking, 'response')) as [IncomingMessage]
    return {
      status: answer.statusCode ?? 0,
      cacheStatus: `${answer.headers['cache-status']}`,
      body: await text(answer),
    }
  }
  await ask('/healthz')
  if (!socket) throw new Error('there is no connection')
  return { pid: await acceptorOf(socket, pids), ask, close: () => agent.destroy() }
}

/** Which of these processes has the other end of a connection, by what Linux tells of sockets. */
async function acceptorOf({ localPort = 0, remotePort = 0 }: Socket, pids: readonly number[]): Promise<number> {
  const port = (number: number) => `:${number.toString(16).toUpperCase().padStart(4, '0')}`
  const lines = (await readFile('/proc/net/tcp', 'utf8')).split('\n').map((line) => line.trim().split(/\s+/))
  const line = lines.find(([, local, remote]) => local?.endsWith(port(remotePort)) && remote?.endsWith(port(localPort)))
  for (const pid of pids) if ((await descriptorsOf(pid)).includes(`socket:[${line?.[9]}]`)) return pid
  throw new Error('no process of the hub has the connection')
}

/** What the descriptors of a process are of: paths, `socket:[…]`, `pipe:[…]`. */
export async function descriptorsOf(pid: number): Promise<string[]> {
  const directory = `/proc/${pid}/fd`
  // Some are closed meanwhile.
  const links = (await readdir(directory)).map((name) => readlink(`${directory}/${name}`).catch(() => ''))
  return (await Promise.all(links)).filter((target) => target !== '')
}
