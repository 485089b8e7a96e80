import { type Answered, type Hop, readAccountHop, readDownloadHop, readRangeHop } from './token-trial'

/**
 * Tries a key as programs use it, without the session of the page, hop by hop. `versionId` names what to download;
 * empty: the first model that the hub lists.
 */
export async function* tryToken(token: string, versionId: string): AsyncGenerator<Hop> {
  const authorization = { Authorization: `Bearer ${token}` }
  try {
    const account = readAccountHop('header', await asked('/api/v1/me', { headers: authorization }))
    yield account
    const inUrl = await asked(`/api/v1/me?token=${encodeURIComponent(token)}`)
    yield readAccountHop('query', inUrl, account.outcome === 'works')
    const version = versionId || (await firstVersion(authorization))
    if (version === null) {
      const nothing = { sent: 'nothing', status: null, outcome: 'skipped' } as const
      yield { ...nothing, title: 'Download and its redirect', means: 'The hub lists no model to try this with.' }
      return
    }
    const download = await asked(`/api/download/models/${version}`, { method: 'HEAD', headers: authorization })
    const anonymous = readDownloadHop(version, await asked(`/api/download/models/${version}`, { method: 'HEAD' }))
    const hop = readDownloadHop(version, download, anonymous.outcome === 'works')
    yield hop
    yield hop.outcome === 'works' || hop.outcome === 'unproven'
      ? readRangeHop(await asked(download.url, { headers: { Range: 'bytes=0-99' } }))
      : {
          title: 'Part of the file',
          sent: 'nothing',
          status: null,
          outcome: 'skipped',
          means: 'There is no address of the bytes to ask.',
        }
  } finally {
    // The browser lists the addresses that a page asked for: the one with the key goes.
    performance.clearResourceTimings()
  }
}

async function asked(target: string, init: RequestInit = {}): Promise<Answered> {
  const none: Answered = { status: 0, url: target, redirected: false, contentRange: null, username: null, error: null }
  try {
    const response = await fetch(target, { ...init, credentials: 'omit', cache: 'no-store' })
    const isJson = response.headers.get('content-type')?.startsWith('application/json') ?? false
    const body: unknown = isJson && init.method !== 'HEAD' ? await response.json() : await response.body?.cancel()
    const { username, error } = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>
    return {
      status: response.status,
      url: response.url,
      redirected: response.redirected,
      contentRange: response.headers.get('content-range'),
      username: typeof username === 'string' ? username : null,
      error: typeof error === 'string' ? error : null,
    }
  } catch {
    return none
  }
}

async function firstVersion(headers: Record<string, string>): Promise<string | null> {
  const response = await fetch('/api/v1/models?limit=1&nsfw=false', { headers, credentials: 'omit' }).catch(() => null)
  if (!response?.ok) return null
  const { items } = (await response.json()) as { items: { modelVersions: { id: number }[] }[] }
  const id = items[0]?.modelVersions[0]?.id
  return id === undefined ? null : String(id)
}
