import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, request } from 'node:http'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { programs } from './programs.ts'

/** A program in front of a hub. */
export interface Front {
  origin: string
  close(): Promise<void>
}

/** The block of this language in `docs/behind-a-proxy.md`, the first or another one, with these texts replaced, each of which is in it. */
export async function documented(
  language: 'nginx' | 'vcl',
  replaced: Record<string, string>,
  place = 0,
): Promise<string> {
  const document = await readFile(new URL('../docs/behind-a-proxy.md', import.meta.url), 'utf8')
  let text = [...document.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, 'gms'))][place]?.[1] ?? ''
  for (const [shown, actual] of Object.entries(replaced)) {
    assert.ok(text.includes(shown), `docs/behind-a-proxy.md has no ${shown}`)
    text = text.replaceAll(shown, actual)
  }
  return text
}

/** nginx with what `configurationOf` makes of a port and of a directory of its own, within `http`. */
export async function startNginx(configurationOf: (at: At) => Promise<string> | string): Promise<Front> {
  return started('nginx', async ({ port, directory }) => {
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    const configuration = `
      daemon off; worker_processes 1; pid ${directory}/nginx.pid;
      ${process.getuid?.() === 0 ? 'user root;' : ''}
      events { }
      http {
        access_log off;
        ${temporary.map((name) => `${name}_temp_path ${directory}/temp;`).join(' ')}
        ${await configurationOf({ port, directory })}
      }`
    await writeFile(join(directory, 'nginx.conf'), configuration)
    return ['-p', directory, '-c', join(directory, 'nginx.conf'), '-e', 'stderr']
  })
}

export async function startVarnish(configuration: string): Promise<Front> {
  return started('varnish', async ({ port, directory }) => {
    await writeFile(join(directory, 'hub.vcl'), configuration)
    const own = ['-n', join(directory, 'work'), '-j', 'none', '-T', 'none', '-s', 'malloc,64m']
    return ['-F', '-a', `127.0.0.1:${port}`, '-f', join(directory, 'hub.vcl'), ...own]
  })
}

interface At {
  port: number
  directory: string
}

/** Starts a program that serves a port, and waits until a hub answers behind it. */
async function started(name: 'nginx' | 'varnish', argumentsAt: (at: At) => Promise<string[]>): Promise<Front> {
  const directory = await mkdtemp(join(tmpdir(), `mk-${name}-`))
  const port = await freePort()
  const child = spawn(programs[name], await argumentsAt({ port, directory }), { stdio: ['ignore', 'ignore', 'pipe'] })
  const kill = () => child.kill('SIGKILL')
  process.once('exit', kill)
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  const ended = once(child, 'exit')
  const origin = `http://127.0.0.1:${port}`
  while (!(await fetch(`${origin}/healthz`).catch(() => undefined))?.ok) {
    assert.equal(child.exitCode, null, said)
    await pause(50)
  }
  return {
    origin,
    async close() {
      process.off('exit', kill)
      child.kill('SIGTERM')
      await ended
      await rm(directory, { recursive: true, force: true })
    },
  }
}

/** A hub in a hurry. */
export interface Hurry extends Front {
  /** How often this address was asked for. */
  asked(target: string): number
}

/**
 * Stands between a hub and what keeps its answers, and counts what is asked. Answers of addresses with `soon-stale` are fresh
 * for a second from now instead of minutes, so that no test waits for these.
 */
export async function startHurry(hubOrigin: string): Promise<Hurry> {
  const { hostname, port } = new URL(hubOrigin)
  const counts = new Map<string, number>()
  const server = createServer({ keepAliveTimeout: 60_000 }, (asked, answer) => {
    const { method, url = '', rawHeaders } = asked
    counts.set(url, (counts.get(url) ?? 0) + 1)
    const asking = request({ hostname, port, method, path: url, headers: rawHeaders, setHost: false }, (answered) => {
      const headers = answered.rawHeaders.map((text) =>
        url.includes('soon-stale') ? text.replace('s-maxage=300', 's-maxage=1').replace(/^age$/i, 'x-age') : text,
      )
      answer.writeHead(answered.statusCode ?? 502, headers)
      answered.pipe(answer)
    })
    asking.on('error', () => answer.destroy())
    answer.on('close', () => asking.destroy())
    asked.pipe(asking)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: (target) => counts.get(target) ?? 0,
    async close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

async function freePort(): Promise<number> {
  const server = createTcpServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
