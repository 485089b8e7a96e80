import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type OriginOptions, requestOrigin } from './origin.ts'
import type { HeaderList } from './pipeline/cache-and-cors-policy.ts'
import { hasQueryToken } from './pipeline/query.ts'
import { type HttpResponse, jsonResponse } from './response.ts'
import { spaRoutes } from './spa-routes.ts'

/** Where the built app lies, in a checkout and in the package alike. */
const builtAppDirectory = fileURLToPath(new URL('../../dist/web/', import.meta.url))

/** The pages of the hub: one document for all of them, whose program draws what the address names. */
export interface WebApp {
  /** The document, for a page that is there (200) or not (404). */
  send(request: FastifyRequest, reply: FastifyReply, status: 200 | 404): Promise<FastifyReply>
}

/**
 * Puts the web app beside the endpoints. Its files have names of their content and may be kept for ever; the document
 * is made for each request, since its content policy holds a number that is used once.
 */
export function mountWebApp(app: FastifyInstance, options: OriginOptions, directory = builtAppDirectory): WebApp {
  const webApp: WebApp = {
    async send(request, reply, status) {
      const found = requestOrigin(request, options)
      if ('refused' in found) return sendResponse(reply, refusedHost[found.refused])
      const document = await readFile(join(directory, 'index.html'), 'utf8').catch(() => undefined)
      if (document === undefined) return sendResponse(reply, notBuilt)
      const nonce = randomBytes(16).toString('base64')
      const headers = { ...documentHeaders, 'content-security-policy': contentPolicy(nonce, options.publicUrl) }
      return reply
        .code(status)
        .headers(headers)
        .send(document.replace(nonceSlot, `name="csp-nonce" content="${nonce}"`))
    },
  }
  for (const path of spaRoutes)
    app.all(path, (request, reply) =>
      request.method === 'GET' || request.method === 'HEAD'
        ? webApp.send(request, reply, 200)
        : sendResponse(reply, notAllowed),
    )
  if (existsSync(directory)) mountStaticFiles(app, directory)
  return webApp
}

function mountStaticFiles(app: FastifyInstance, directory: string): void {
  const assets = join(directory, 'assets')
  app.register(fastifyStatic, {
    root: assets,
    prefix: '/assets/',
    preCompressed: true,
    cacheControl: false,
    setHeaders(reply, path) {
      const lifetime = path.startsWith(assets) ? 'max-age=31536000, immutable' : 'max-age=3600'
      // Whoever sends a token along has it kept by no cache, even where nothing asks for it.
      const isShared = !hasQueryToken(reply.request.url)
      reply.header('cache-control', isShared ? `public, ${lifetime}` : 'private, no-store')
    },
  })
  // What documents and browsers ask for by a fixed name. A hub is its owner's: `robots.txt` keeps search engines out.
  for (const [path, name = path.slice(1)] of [
    ['/color-scheme.js'],
    ['/robots.txt'],
    ['/favicon.svg'],
    ['/favicon.ico', 'favicon.svg'],
  ] as const)
    app.get(path, (_request, reply) => reply.sendFile(name, directory, { cacheControl: false }))
}

/** Whether a request that nothing answers is a person's, who is better served with a page than with JSON. */
export const prefersPage = ({ url, headers }: FastifyRequest): boolean =>
  !/^\/(?:api|media|files|assets)(?:[/?]|$)/i.test(url) && /\btext\/html\b/i.test(headers.accept ?? '')

const nonceSlot = 'name="csp-nonce" content=""'

const documentHeaders: HeaderList = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'private, no-store',
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=()',
}

/** Nothing from elsewhere, no script in the document itself. Pictures may be on the address that the hub gives out. */
function contentPolicy(nonce: string, publicUrl: string | undefined): string {
  const own = publicUrl === undefined ? "'self'" : `'self' ${publicUrl}`
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    `img-src ${own}`,
    `media-src ${own}`,
    `connect-src ${own}`,
    "font-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}

const errorPage = (status: number, error: string, headers: HeaderList = {}) =>
  jsonResponse(status, { error }, { 'cache-control': 'no-store', ...headers })

const notAllowed = errorPage(405, 'Method not allowed', { allow: 'GET, HEAD' })
const notBuilt = errorPage(503, 'The pages of this hub are not built yet: npm run build:web')
const refusedHost = {
  malformed: errorPage(400, 'The Host header is not valid'),
  unexpected: errorPage(421, 'This hub does not answer for this host'),
}

const sendResponse = (reply: FastifyReply, { status, headers, body }: HttpResponse) =>
  reply.code(status).headers(headers).send(body)
