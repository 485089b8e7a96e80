import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Page, PageAnswer } from '../pages/define.ts'
import { html } from '../pages/html.ts'
import { documentOf } from '../pages/layout.ts'
import { type OriginOptions, requestOrigin } from './origin.ts'

/** Puts the pages for people beside the endpoints. They are personal, hold no script, and nobody may frame them. */
export function mountPages(app: FastifyInstance, pages: readonly Page[], options: OriginOptions): void {
  for (const [path, sharing] of Map.groupBy(pages, (page) => page.path)) {
    const allow = sharing.flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method]))
    app.all(path, async (request, reply) => {
      const method = request.method === 'HEAD' ? 'GET' : request.method
      const page = sharing.find((candidate) => candidate.method === method)
      if (!page) return sendPage(reply.header('allow', allow.join(', ')), notAllowed)
      const found = requestOrigin(request, options)
      if ('refused' in found) return sendPage(reply, wrongHost[found.refused])
      const { origin } = found
      if (method === 'POST' && isForeign(request, origin)) return sendPage(reply, foreignForm(origin))
      return sendPage(reply, await page.answer(pageRequest(request, origin)))
    })
  }
}

/** Whether a request that nothing answers is a person's, who is better served with a page than with JSON. */
export const wantsPage = ({ url, headers }: FastifyRequest): boolean =>
  !/^\/(?:api|media|files)(?:[/?]|$)/i.test(url) && /\btext\/html\b/i.test(headers.accept ?? '')

export const notFoundPage: PageAnswer = {
  kind: 'page',
  status: 404,
  title: 'Nothing is here',
  content: html`<h1>Nothing is here</h1><p>The hub has no page at this address. <a href="/">To the front page</a></p>`,
}

export function sendPage(reply: FastifyReply, answer: PageAnswer): FastifyReply {
  switch (answer.kind) {
    case 'page': {
      const { status, hasForm = false, retryAfterSeconds } = answer
      if (retryAfterSeconds !== undefined) reply.header('retry-after', retryAfterSeconds)
      return reply.code(status).headers(pageHeaders(hasForm)).send(documentOf(answer))
    }
    case 'redirect': {
      if (answer.cookies) reply.header('set-cookie', answer.cookies)
      const headers = { location: answer.path, 'cache-control': 'private, no-store', 'content-length': '0' }
      return reply.code(answer.status).headers(headers).send()
    }
    case 'asset':
      return reply
        .headers({ 'content-type': answer.mediaType, 'cache-control': 'public, max-age=86400', ...contentPolicy() })
        .send(answer.body)
  }
}

const pageHeaders = (hasForm: boolean) => ({
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'private, no-store',
  // A page's own address may hold a token and must not travel. Browsers name a form's origin `null` where the page
  // sends no referrer at all (Fetch standard, "append a request Origin header"), so there it is the bare origin.
  'referrer-policy': hasForm ? 'strict-origin' : 'no-referrer',
  ...contentPolicy({ hasForm }),
})

const contentPolicy = ({ hasForm = false }: { hasForm?: boolean } = {}) => ({
  'content-security-policy': `default-src 'none'; style-src 'self'; img-src 'self'; form-action ${hasForm ? "'self'" : "'none'"}; base-uri 'none'; frame-ancestors 'none'`,
})

function pageRequest(request: FastifyRequest, origin: string) {
  const { cookie, 'user-agent': userAgent } = request.headers
  return {
    params: request.params as Record<string, string>,
    query: new URLSearchParams(queryOf(request.url)),
    form: new URLSearchParams(Buffer.isBuffer(request.body) ? request.body.toString() : undefined),
    origin,
    address: request.ip,
    cookie,
    userAgent,
  }
}

const queryOf = (target: string): string => (target.includes('?') ? target.slice(target.indexOf('?') + 1) : '')

/** Browsers name the origin of every form they send; only the hub's own pages may send one. */
const isForeign = ({ headers: { origin } }: FastifyRequest, own: string): boolean =>
  origin !== undefined && origin !== new URL(own).origin

const refusal = (status: number, title: string, content: ReturnType<typeof html>): PageAnswer => ({
  kind: 'page',
  status,
  title,
  content: html`<h1>${title}</h1>${content}`,
})

const notAllowed = refusal(405, 'This page takes no such request', html`<p><a href="/">To the front page</a></p>`)

const wrongHost = {
  malformed: refusal(400, 'The Host header is not valid', html``),
  unexpected: refusal(421, 'This hub does not answer for this host', html``),
}

const foreignForm = (origin: string): PageAnswer =>
  refusal(
    403,
    'The form came from another address',
    html`<p>Open the hub at <a href="${origin}/login">${origin}</a>.</p>`,
  )
