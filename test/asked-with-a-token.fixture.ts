import assert from 'node:assert/strict'
import type { ScopeName } from '../src/auth/scopes.ts'
import type { Answer, Hub } from './conformance/hub.ts'
import { levels, tidal, tidalHashes } from './conformance/library.ts'

/** A request that a token may come along with. */
export interface Sent {
  target: string
  /** `account`: for accounts alone. `personal`: everybody's, and another one for each account. `download`: for a sign-in. */
  kind: 'account' | 'personal' | 'download' | 'same for all'
  scope: ScopeName
  method?: string
  headers?: Record<string, string>
  json?: object
  /** Whether a query policy of `downloads` takes `?token=` there. */
  isDownload?: true
}

/** How a secret comes along. */
export interface Use {
  as: 'header' | 'query' | 'cookie'
  headers?: Record<string, string>
}

/**
 * What the hub makes of a secret: it speaks for its account, for nobody, lacks the scope, or is known and speaks for nobody
 * all the same.
 */
export type Verdict = 'account' | 'nobody' | 'lacks scope' | 'lies open'

export const part = { range: 'bytes=10-19' }
/** A file that needs a sign-in, and a link to it. */
export const download = `/api/download/models/${tidal.versionId}`
export const link = `/api/v1/model-versions/${tidal.versionId}/download-link`

const sent = (kind: Sent['kind'], scope: ScopeName, targets: string[], more: Partial<Sent> = {}): Sent[] =>
  targets.map((target) => ({ target, kind, scope, ...more }))
const accounts = (scope: ScopeName, ...targets: string[]) => sent('account', scope, targets)
const everybody = (scope: ScopeName, ...targets: string[]) => sent('same for all', scope, targets)
const isDownload = true
const models = `/api/v1/models?ids=${tidal.modelId},${levels.modelId}`

/** Requests of every kind, over the library of the conformance suite. */
export async function everyKind({ ask }: Hub): Promise<Sent[]> {
  const address = (await ask(`/api/download/models/${levels.versionId}`)).headers.location ?? ''
  const images = JSON.parse((await ask('/api/v1/images?limit=1')).body.toString()) as { items: { url: string }[] }
  const bytes = [address, images.items[0]?.url ?? ''].map((text) => new URL(text).pathname)
  return [
    ...accounts('UserRead', '/api/v1/me', '/api/v1/me/account'),
    ...accounts('UserWrite', '/api/v1/me/tokens', '/api/v1/me/audit'),
    ...accounts('CollectionsRead', '/api/v1/me/favorites', `${models}&favorites=true`, `${models}&hidden=true`),
    ...accounts('VaultRead', '/api/v1/vault/get', '/api/v1/vault/check-vault?modelVersionIds=1'),
    ...sent('account', 'CollectionsWrite', [`/api/v1/me/favorites/${tidal.modelId}`], { method: 'PUT' }),
    ...sent('account', 'ModelsRead', [link], { method: 'POST', json: {}, isDownload }),
    ...sent('personal', 'ModelsRead', [models]),
    ...sent('download', 'ModelsRead', [download, `${download}?size=full`], { isDownload }),
    ...sent('download', 'ModelsRead', [download], { isDownload, headers: part }),
    ...sent('download', 'ModelsRead', [download], { isDownload, headers: { 'user-agent': 'Mozilla/5.0' } }),
    ...everybody('ModelsRead', `/api/v1/models/${tidal.modelId}`, `/api/v1/model-versions/${tidal.versionId}`),
    ...everybody('ModelsRead', `/api/v1/model-versions/by-hash/${tidalHashes.AutoV2}`, '/api/v1/models/0'),
    ...everybody('ModelsRead', '/api/v1/creators', '/api/v1/tags', '/api/v1/permissions/check?entityIds=1'),
    ...sent('personal', 'UserRead', ['/api/v1/users?query=ada']),
    ...everybody('MediaRead', '/api/v1/images?limit=2'),
    ...everybody('CollectionsRead', '/api/v1/collections'),
    ...everybody('ModelsRead', ...bytes),
    ...sent('same for all', 'ModelsRead', bytes, { headers: part }),
  ]
}

const nobodys = `mk_${'0'.repeat(46)}`
const unknown = { header: nobodys, query: nobodys, cookie: 'modelkeep.session_token=x.y' }

/** Asks a hub with secrets, and compares its answers with those that anybody gets. */
export function openComparison(hub: Hub, requests: readonly Sent[]) {
  /** Sends a request with a secret; without one, as anybody does. */
  async function send({ target, headers, ...asked }: Sent, { as, ...use }: Use, secret?: string, method?: 'HEAD') {
    const query = secret !== undefined && as === 'query' ? `${target.includes('?') ? '&' : '?'}token=${secret}` : ''
    const presented = { header: { authorization: `Bearer ${secret}` }, query: {}, cookie: { cookie: secret ?? '' } }
    return hub.ask(target + query, {
      ...asked,
      ...(method && { method }),
      headers: { ...headers, ...use.headers, ...(secret !== undefined && presented[as]) },
    })
  }

  /** Answers that depend on no token are asked for once. */
  const kept = new Map<string, Promise<Answer>>()
  function once(request: Sent, use: Use, secret?: string): Promise<Answer> {
    const key = JSON.stringify([request, use, secret])
    const answer = kept.get(key) ?? send(request, use, secret)
    kept.set(key, answer)
    return answer
  }
  const anybodys = (request: Sent) => once(request, { as: 'header' })

  /** That a secret gets what an unknown one does, to the last header. */
  async function assertUnknown(request: Sent, use: Use, secret: string): Promise<Answer> {
    const [answer, expected] = await Promise.all([send(request, use, secret), once(request, use, unknown[use.as])])
    assert.deepEqual([content(answer), headersOf(answer)], [content(expected), headersOf(expected)])
    return answer
  }

  async function assertCell(request: Sent, use: Use, secret: string, verdict: Verdict): Promise<void> {
    const isNobody = verdict === 'nobody'
    const answer = await (isNobody ? assertUnknown(request, use, secret) : send(request, use, secret))
    const anonymous = await anybodys(request)
    const { status, body, headers } = answer
    const caching = headers['cache-control'] ?? ''
    if (verdict === 'account' && request.kind !== 'same for all') {
      assert.equal(
        status,
        { download: 307, personal: 200, account: request.method === 'POST' ? 201 : 200 }[request.kind],
      )
      assert.notDeepEqual(content(answer), content(anonymous))
      if (request.kind === 'download') assert.match(headers.location ?? '', /\/files\/[^/]{60,}\//)
    } else if (verdict === 'lacks scope' && request.kind === 'account') {
      const told = { error: 'insufficient_scope', error_description: `Token does not have ${request.scope} scope` }
      assert.deepEqual([status, JSON.parse(body.toString())], [403, told])
    } else assert.deepEqual(content(answer), content(anonymous))
    const isAlike = isNobody || request.target.startsWith('/media/')
    if (use.as === 'query' || !isAlike) assert.match(caching, /no-store/)
    if (isNobody && use.as === 'header') assert.equal(caching, anonymous.headers['cache-control'])
    if (request.method) return
    const head = await send(request, use, secret, 'HEAD')
    assert.deepEqual([head.status, head.body.length, headersOf(head)], [status, 0, headersOf(answer)], 'HEAD')
  }

  return {
    anybodys,
    assertUnknown,
    /** That a secret fares so in this use, request by request. */
    assertUse: (use: Use, secret: string, verdictOn: (request: Sent) => Verdict) =>
      Promise.all(
        requests.map(async (request) => {
          const verdict = verdictOn(request)
          await assertCell(request, use, secret, verdict).catch((error: Error) => {
            error.message = `${JSON.stringify({ ...request, use, verdict })}: ${error.message}`
            throw error
          })
        }),
      ),
  }
}

/** What is told, without what is counted while this goes on. */
const content = ({ status, headers: { location }, body }: Answer) => ({
  status,
  location,
  text: body.toString('latin1').replaceAll(/"downloadCount":\d+/g, ''),
})

/** All that follows neither from the content nor from what others had asked before. */
function headersOf({ headers }: Answer) {
  const { date, age, 'cache-status': status, 'x-request-id': id, 'content-length': length, etag, ...others } = headers
  return others
}
