import fc from 'fast-check'
import { oddTexts, type RequestSchema, valuesNear } from './schema-values.ts'

/** One request, whole: nothing about it depends on another one. */
export interface FuzzedRequest {
  /** `get /api/v1/models`, or `undeclared`. */
  operation: string
  method: string
  target: string
  headers: Record<string, string>
  body: string | undefined
}

/** The OpenAPI document, as far as requests are told in it. */
export interface ApiDocument {
  paths: Record<string, Record<string, DocumentedOperation>>
}

export interface DocumentedOperation {
  parameters?: { name: string; in: 'path' | 'query' | 'header'; schema: RequestSchema }[]
  requestBody?: { content: Record<string, { schema: RequestSchema; example?: unknown }> }
  responses: Record<string, { content?: Record<string, { schema: object }> }>
}

/** What only the running hub knows. */
export interface KnownValues {
  /** Tokens that work, and some that do not. */
  tokens: readonly string[]
  /** Values that exist, by the name of the parameter that takes them, or its place in a path: `tokens/{id}`. */
  parameters: Readonly<Record<string, readonly string[]>>
}

/** Requests of every operation of the document alike, and of what it does not name. */
export function requestsOf({ paths }: ApiDocument, known: KnownValues): fc.Arbitrary<FuzzedRequest> {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => declared({ path, method, operation }, known)),
  )
  return fc.oneof(
    { weight: 19, arbitrary: fc.oneof(...operations) },
    { weight: 1, arbitrary: undeclared(Object.keys(paths), known) },
  )
}

function declared(
  { path, method, operation }: { path: string; method: string; operation: DocumentedOperation },
  known: KnownValues,
): fc.Arbitrary<FuzzedRequest> {
  const parameters = operation.parameters ?? []
  const pathValues = parameters
    .filter((parameter) => parameter.in === 'path')
    .map(({ name, schema }) => [name, encodedTexts(placeOf(name, path), schema, known)] as const)
  const query = parameters
    .filter((parameter) => parameter.in === 'query')
    .map(({ name, schema }) => parameterTexts(name, schema, known))
  return fc
    .record({
      pathValues: fc.record(Object.fromEntries(pathValues)),
      query: queries(query),
      credentials: credentials(known),
      headers: oddHeaders,
      body: operation.requestBody ? bodies(operation.requestBody) : fc.constant(noBody),
    })
    .map(({ pathValues, query, credentials, headers, body }) => ({
      operation: `${method} ${path}`,
      method: method.toUpperCase(),
      target: withQuery(
        path.replaceAll(/\{(\w+)\}/g, (_, name: string) => pathValues[name] ?? ''),
        [...query, ...credentials.query],
      ),
      headers: { ...headers, ...credentials.headers, ...body.headers },
      body: body.text,
    }))
}

/** Other methods, other paths, the pages, and the routes of signing in. */
function undeclared(paths: readonly string[], known: KnownValues): fc.Arbitrary<FuzzedRequest> {
  const near = fc.constantFrom(...paths).map((path) => path.replaceAll(/\{\w+\}/g, '1'))
  const targets = fc.oneof(
    near,
    fc.tuple(near, oddTexts).map(([path, text]) => `${path}/${encoded(text)}`),
    fc.tuple(near, oddTexts).map(([path, text]) => `${path.slice(0, -1)}${encoded(text)}`),
    oddTexts.map((text) => `/${encoded(text)}`),
    fc
      .tuple(
        fc.constantFrom('sign-in/username', 'sign-in/email', 'get-session', 'sign-out', 'passkey', 'error'),
        oddTexts,
      )
      .map(([route, text]) => `/api/auth/${route}?x=${encoded(text)}`),
    fc.constantFrom('/', '/models', '/user/account', '/healthz', '/readyz', '/robots.txt', '/assets/x.js', '/docs'),
  )
  return fc
    .record({
      method: fc.constantFrom('GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND'),
      target: targets,
      credentials: credentials(known),
      headers: oddHeaders,
      body: fc.oneof(fc.constant(noBody), bodies({ content: { 'application/json': { schema: {} } } })),
    })
    .map(({ method, target, credentials, headers, body }) => ({
      operation: 'undeclared',
      method,
      target: withQuery(target, credentials.query),
      headers: { ...headers, ...credentials.headers, ...body.headers },
      body: method === 'GET' || method === 'HEAD' || method === 'TRACE' ? undefined : body.text,
    }))
}

const noBody: { headers: Record<string, string>; text: string | undefined } = { headers: {}, text: undefined }

function bodies({ content }: NonNullable<DocumentedOperation['requestBody']>): fc.Arbitrary<typeof noBody> {
  const asDeclared = Object.entries(content).map(([type, { schema, example }]) =>
    fc
      .oneof(
        { weight: 2, arbitrary: valuesNear(schema) },
        { weight: example === undefined ? 0 : 1, arbitrary: fc.constant(example) },
      )
      .map((value) => ({ headers: { 'content-type': type }, text: written(type, value) })),
  )
  const otherwise = fc.record({
    headers: fc
      .constantFrom(
        'application/json',
        'text/plain',
        'application/xml',
        'multipart/form-data; boundary=x',
        ';',
        'a/b;;',
      )
      .map((type) => ({ 'content-type': type })),
    text: fc.oneof(
      oddTexts,
      fc.constantFrom('{', '{"a":', '[1,2', '"\\ud800"', '{"__proto__":{"a":1}}', '{"a":1}{"b":2}', '\ufeff{}'),
      fc.integer({ min: 100, max: 20_000 }).map((depth) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`),
      fc.integer({ min: 1, max: 1_500_000 }).map((length) => JSON.stringify('x'.repeat(length))),
    ),
  })
  return fc.oneof(
    { weight: 8, arbitrary: fc.oneof(...asDeclared) },
    { weight: 1, arbitrary: otherwise },
    { weight: 1, arbitrary: fc.constant(noBody) },
  )
}

const written = (type: string, value: unknown): string =>
  type === 'application/json' || typeof value !== 'object'
    ? (JSON.stringify(value) ?? '')
    : String(new URLSearchParams(Object.entries(value ?? {}).map(([name, member]): Pair => [name, asText(member)])))

type Pair = [name: string, text: string]

function credentials({ tokens }: KnownValues): fc.Arbitrary<{ headers: Record<string, string>; query: Pair[] }> {
  const none = { headers: {}, query: [] }
  const token = fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...tokens) }, { weight: 1, arbitrary: oddTexts })
  return fc.oneof(
    { weight: 3, arbitrary: fc.constant(none) },
    {
      weight: 6,
      arbitrary: token.map((text) => ({ headers: { authorization: inHeader(`Bearer ${text}`) }, query: [] })),
    },
    { weight: 2, arbitrary: token.map((text) => ({ headers: {}, query: [['token', text] as Pair] })) },
    {
      weight: 1,
      arbitrary: fc.tuple(token, oddTexts).map(([text, other]) => ({
        headers: { authorization: inHeader(other), cookie: inHeader(`modelkeep.session_token=${text}; ${other}`) },
        query: [['token', text] as Pair],
      })),
    },
  )
}

const oddHeaders: fc.Arbitrary<Record<string, string>> = fc.oneof(
  { weight: 3, arbitrary: fc.constant({}) },
  {
    weight: 1,
    arbitrary: fc
      .record(
        {
          range: fc.oneof(
            fc.constantFrom('bytes=0-9', 'bytes=-5', 'bytes=9-', 'bytes=5-2', 'bytes=0-1,4-5', 'bytes=99999999999-'),
            oddTexts,
          ),
          'if-none-match': fc.oneof(fc.constantFrom('*', '""', 'W/"x"'), oddTexts),
          'if-range': oddTexts,
          'if-modified-since': oddTexts,
          'accept-encoding': fc.oneof(fc.constantFrom('gzip', 'br;q=0', '*', 'identity;q=0'), oddTexts),
          accept: fc.oneof(fc.constantFrom('text/html', 'application/json', '*/*'), oddTexts),
          origin: fc.oneof(fc.constantFrom('null', 'https://app.example', 'https://elsewhere.example'), oddTexts),
          'x-forwarded-for': oddTexts,
          'x-forwarded-proto': oddTexts,
          'idempotency-key': oddTexts,
          'user-agent': oddTexts,
          'sec-fetch-site': fc.oneof(fc.constantFrom('same-origin', 'cross-site'), oddTexts),
          'access-control-request-method': oddTexts,
          'access-control-request-headers': oddTexts,
          'content-encoding': fc.constantFrom('gzip', 'br', 'x'),
        },
        { requiredKeys: [] },
      )
      .map((headers) => Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, inHeader(text)]))),
  },
)

/** Parameters in the address: some of those that there are, now and then one twice, or one that nobody knows. */
function queries(parameters: readonly fc.Arbitrary<Pair[]>[]): fc.Arbitrary<Pair[]> {
  const unknown = fc.tuple(oddTexts, oddTexts).map((pair): Pair[] => [pair])
  return fc
    .array(fc.oneof({ weight: 12, arbitrary: fc.oneof(...parameters, unknown) }, { weight: 1, arbitrary: unknown }), {
      maxLength: 4,
    })
    .map((pairs) => pairs.flat())
}

const parameterTexts = (name: string, schema: RequestSchema, known: KnownValues): fc.Arbitrary<Pair[]> =>
  textsFor(name, schema, known).map((texts) => texts.map((text): Pair => [name, text]))

/** `id` is a number of what stands before it. */
const placeOf = (name: string, path: string): string =>
  name === 'id'
    ? path
        .split('/')
        .slice(path.split('/').indexOf('{id}') - 1)
        .slice(0, 2)
        .join('/')
    : name

const textsFor = (name: string, schema: RequestSchema, { parameters }: KnownValues): fc.Arbitrary<string[]> => {
  const existing = parameters[name] ?? []
  return fc.oneof(
    {
      weight: 5,
      arbitrary: valuesNear(schema).map((value) => (Array.isArray(value) ? value.map(asText) : [asText(value)])),
    },
    { weight: existing.length === 0 ? 0 : 5, arbitrary: fc.constantFrom(...existing, '').map((text) => [text]) },
    { weight: 1, arbitrary: oddTexts.map((text) => [text]) },
  )
}

const encodedTexts = (name: string, schema: RequestSchema, known: KnownValues): fc.Arbitrary<string> =>
  // Without any text the path would be another one.
  textsFor(name, schema, known).map((texts) => encoded(texts.join(',')) || '0')

const asText = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''))

const withQuery = (path: string, pairs: readonly Pair[]): string =>
  pairs.length === 0 ? path : `${path}?${pairs.map(([name, text]) => `${encoded(name)}=${encoded(text)}`).join('&')}`

/** As an address holds it; what begins like an escape stays as it is, so that some are broken ones. */
const encoded = (text: string): string => {
  const whole = text.toWellFormed().slice(0, longestText)
  return whole.startsWith('%') ? whole.replaceAll(/[^!-~]/g, '') : encodeURIComponent(whole)
}

/** Of what may stand in a header at all: any byte but control characters. */
const inHeader = (text: string): string =>
  text
    .slice(0, longestText)
    .replaceAll(/[^\t\x20-\x7e\x80-\xff]/g, '?')
    .trim()

/** So that an address and its headers stay below what the server reads of one request. */
const longestText = 1500
