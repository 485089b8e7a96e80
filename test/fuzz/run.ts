import { once } from 'node:events'
import { Agent, request as httpRequest } from 'node:http'
import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { type Answer, type Hub, startHub } from '../conformance/hub.ts'
import { tidal } from '../conformance/library.ts'
import { type Judge, judgeBy } from './answers.ts'
import { type ApiDocument, type FuzzedRequest, type KnownValues, requestsOf } from './requests.ts'

/** What came of it. */
export interface FuzzReport {
  requests: number
  /** By operation: how often it was asked, and how often that succeeded. */
  operations: Map<string, { asked: number; succeeded: number }>
  /** Answers that no client should get, each with the request. At most ten. */
  faults: string[]
  /** Lines of the hub's log at level error and above. */
  errors: string[]
  /** Resident memory of the hub in megabytes: once it was warm, and at the end. */
  memory: { warm: number; end: number }
}

const inFlight = 8
const mostFaults = 10
/** The hub is warm after this part of the requests. */
const warmAfter = 0.2

/**
 * Sends requests that are made from the OpenAPI document, and odd ones, to a hub of its own.
 * @param seed the same requests again; what they meet may be in another order, since several are under way at once
 */
export async function fuzz({ requests, seed }: { requests: number; seed: number }): Promise<FuzzReport> {
  const hub = await startHub({
    accounts: ['ada', 'bob'],
    // A heap that may grow is not collected until it has to be, which looks like a leak.
    nodeFlags: ['--max-old-space-size=96'],
    flags: ['--limit-failures', 'off', '--log-level', 'error', '--trust-proxy', 'true', '--sign-up', 'open'],
  })
  const agent = new Agent({ keepAlive: true, maxSockets: inFlight })
  try {
    hub.change("update account set role = 'owner' where username = 'ada'")
    const known = await knownValues(hub)
    const document = JSON.parse((await hub.ask('/api/openapi.json')).body.toString())
    const report: FuzzReport = {
      requests: 0,
      operations: new Map(),
      faults: [],
      errors: [],
      memory: { warm: 0, end: 0 },
    }
    const judge = judgeBy(document)
    for (const batch of batches(document, known, { requests, seed })) {
      renewAccounts(hub)
      await sendAll(batch, { hub, agent, judge, report })
      if (report.faults.length >= mostFaults) break
      if (report.memory.warm === 0 && report.requests >= requests * warmAfter)
        report.memory.warm = await hub.residentMegabytes()
    }
    report.memory.end = await hub.residentMegabytes()
    report.errors = hub
      .printed()
      .split('\n')
      .filter((line) => /"level":[56]0/.test(line))
    return report
  } finally {
    agent.destroy()
    await hub.close()
  }
}

/** Tokens of all sorts, and what is in the library. */
async function knownValues(hub: Hub): Promise<KnownValues> {
  const tokens = [
    await hub.createToken('ada', '--name', 'full', '--scope', 'Full'),
    await hub.createToken('bob', '--name', 'full', '--scope', 'Full'),
    await hub.createToken('bob', '--name', 'reader', '--scope', 'ReadOnly'),
    await hub.createToken('bob', '--name', 'canary', '--kind', 'canary'),
  ]
  const texts = (sql: string) => hub.rows(sql).map((row) => String(Object.values(row)[0]))
  const versions = texts('select id from model_version limit 30')
  const models = texts('select id from model limit 30')
  const link = await hub.ask(`/api/download/models/${tidal.versionId}`, { token: tokens[0] as string })
  const [, , grant = '', file = ''] = new URL(link.headers.location ?? '', hub.origin).pathname.split('/')
  const hashes = texts('select hashes from model_file limit 30').flatMap((kept) =>
    Object.values(JSON.parse(kept)).map(String),
  )
  const images = texts('select uuid from image limit 30')
  return {
    // Some twice, since most of what is asked needs one that works.
    tokens: [...tokens, ...tokens.slice(0, 2), 'mk_wrong', 'null'],
    parameters: {
      versionId: versions,
      modelVersionId: versions,
      modelId: models,
      'models/{id}': models,
      'model-versions/{id}': versions,
      'mini/{id}': versions,
      'model-files/{id}': texts('select id from model_file limit 30'),
      'accounts/{id}': texts("select id from account where username in ('ada', 'bob')"),
      'tokens/{id}': ['1', '2', '3', '4'],
      'collections/{id}': texts('select id from collection'),
      ids: models,
      hash: hashes,
      username: ['ada', 'bob'],
      secretId: ['1', '2', '3'],
      grant: [grant],
      uuid: images,
      transforms: ['original=true', 'width=450', 'width=99999'],
      name: [file, '1.jpeg', '1.png'],
    },
  }
}

/** Batches of requests, so that what a request of one ended is there again for the next. */
function* batches(
  document: ApiDocument,
  known: KnownValues,
  { requests, seed }: { requests: number; seed: number },
): Generator<FuzzedRequest[]> {
  const size = 250
  for (let made = 0; made < requests; made += size)
    yield fc.sample(requestsOf(document, known), { seed: seed + made, numRuns: Math.min(size, requests - made) })
}

/** Accounts are banned and tokens revoked, as some requests ask for; nothing would be let in afterwards. */
function renewAccounts(hub: Hub): void {
  hub.change("update account set status = 'active'")
  hub.change("update account set role = 'owner' where username = 'ada'")
  hub.change(
    "update token set revoked_at = null, expires_at = null, networks = '[]', query_policy = 'always' where id <= 4",
  )
  hub.change('update token_secret set ends_at = null, silence_ms = null where id <= 4')
}

async function sendAll(
  requests: readonly FuzzedRequest[],
  { hub, agent, judge, report }: { hub: Hub; agent: Agent; judge: Judge; report: FuzzReport },
): Promise<void> {
  const waiting = requests.values()
  const sendNext = async () => {
    for (const request of waiting) {
      const fault = await send(hub.origin, agent, request)
        .then((answer) => {
          count(report, request, answer)
          return judge(request, answer)
        })
        .catch(String)
      report.requests++
      if (fault !== undefined) report.faults.push(`${fault}\n  ${asLine(request)}`)
    }
  }
  await Promise.all(Array.from({ length: inFlight }, sendNext))
}

function count({ operations }: FuzzReport, { operation }: FuzzedRequest, { status }: Answer): void {
  const counts = operations.get(operation) ?? { asked: 0, succeeded: 0 }
  counts.asked++
  if (status < 400) counts.succeeded++
  operations.set(operation, counts)
}

const longestMilliseconds = 30_000

async function send(origin: string, agent: Agent, { method, target, headers, body }: FuzzedRequest): Promise<Answer> {
  const { hostname, port } = new URL(origin)
  const content = body === undefined ? undefined : Buffer.from(body)
  const sent = httpRequest({
    agent,
    hostname,
    port,
    path: target,
    method,
    headers: { ...headers, ...(content && { 'content-length': String(content.length) }) },
    signal: AbortSignal.timeout(longestMilliseconds),
  })
  sent.end(content)
  const [answer] = await once(sent, 'response')
  const chunks: Buffer[] = []
  for await (const chunk of answer) {
    chunks.push(chunk)
    // Events go on for ever.
    if (/^text\/event-stream/.test(answer.headers['content-type'] ?? '')) break
  }
  const bytes = Buffer.concat(chunks)
  const isPacked = bytes.length > 0 && answer.headers['content-encoding'] === 'gzip'
  return { status: answer.statusCode, headers: answer.headers, body: isPacked ? gunzipSync(bytes) : bytes }
}

const asLine = ({ method, target, headers, body }: FuzzedRequest): string =>
  `${method} ${target} ${JSON.stringify(headers)} ${JSON.stringify(body?.slice(0, 500) ?? '')}`
