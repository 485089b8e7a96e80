import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { onCores } from '../cores.ts'
import { type BenchServer, serverOf } from '../processes.ts'

// Where Debian keeps it is not on everybody's path.
const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` }

/** Such as `nginx 1.22.1`. */
export const nginxVersion = (): string =>
  execFileSync('sh', ['-c', 'nginx -v 2>&1'], { encoding: 'utf8', env })
    .trim()
    .replace(/^.*: nginx\//, 'nginx ')

/** A file that nginx serves at a path. */
export interface ServedFile {
  path: string
  file: string
  contentType: string
}

/** An nginx with one process that serves files as fast as it can, in a directory of its own. @throws where there is none */
export async function startNginx(directory: string, files: readonly ServedFile[]): Promise<BenchServer> {
  await mkdir(directory, { recursive: true })
  const port = await freePort()
  const configuration = join(directory, 'nginx.conf')
  await writeFile(configuration, configurationOf(directory, port, files))
  const args = ['-p', directory, '-c', configuration, '-e', join(directory, 'error.log')]
  const child = spawn(...onCores('server', 'nginx', args), { env, stdio: ['ignore', 'ignore', 'inherit'] })
  await once(child, 'spawn')
  const origin = `http://127.0.0.1:${port}`
  return serverOf(
    child,
    answering(origin, () => child.exitCode !== null).then(() => origin),
  )
}

const configurationOf = (directory: string, port: number, files: readonly ServedFile[]) => `
daemon off;
worker_processes 1;
pid ${directory}/nginx.pid;
${process.getuid?.() === 0 ? 'user root;' : ''}
events { worker_connections 1024; }
http {
  access_log off;
  sendfile on;
  tcp_nopush on;
  open_file_cache max=100 inactive=1h;
  open_file_cache_valid 1h;
  keepalive_requests 1000000000;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${directory}/temp;`).join('\n  ')}
  server {
    listen 127.0.0.1:${port};
    ${files.map(({ path, file, contentType }) => `location = ${path} { alias ${file}; types { } default_type "${contentType}"; }`).join('\n    ')}
  }
}
`

/** A port that nobody uses just now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (!address || typeof address !== 'object') throw new Error('no port is free')
  return address.port
}

/** Waits until something answers there. */
export async function answering(origin: string, hasEnded: () => boolean, seconds = 60): Promise<void> {
  const end = performance.now() + seconds * 1000
  while (performance.now() < end) {
    if (hasEnded()) throw new Error(`what was to serve ${origin} has ended`)
    const answer = await fetch(origin).catch(() => undefined)
    await answer?.arrayBuffer()
    if (answer) return
    await sleep(5)
  }
  throw new Error(`nothing answers at ${origin}`)
}
