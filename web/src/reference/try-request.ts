import type { Operation, Parameter } from './operations.ts'

/** Who a request is sent as: the reader's session, nobody, or the holder of a token in a header or in the address. */
export type Caller = 'session' | 'anonymous' | 'header' | 'query'

/** What the reader filled in; texts as typed. */
export interface Filled {
  /** By name, for path and query. */
  values: Record<string, string>
  body: string
  caller: Caller
  token: string
}

/** A request as it will be sent. */
export interface TryRequest {
  method: string
  /** Path and query; holds the token in its query form alone. */
  target: string
  headers: Record<string, string>
  body: string | undefined
  withSession: boolean
}

/** The names of required parameters that are still empty. */
export const missingIn = ({ parameters = [] }: Pick<Operation, 'parameters'>, { values }: Filled): string[] =>
  parameters.filter(({ name, required }) => required && !values[name]?.trim()).map(({ name }) => name)

/** What is sent for an operation. */
export function requestOf(operation: Operation, { values, body, caller, token }: Filled): TryRequest {
  const filled = (parameter: Parameter) => values[parameter.name]?.trim() ?? ''
  const path = operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(values[name]?.trim() ?? ''),
  )
  const query = new URLSearchParams()
  for (const parameter of operation.parameters ?? [])
    if (parameter.in === 'query' && filled(parameter) !== '') query.append(parameter.name, filled(parameter))
  if (caller === 'query') query.append('token', token.trim())
  const sendsBody = operation.requestBody !== undefined
  return {
    method: operation.method,
    target: query.size === 0 ? path : `${path}?${query.toString().replaceAll('%2C', ',')}`,
    headers: {
      ...(caller === 'header' && { authorization: `Bearer ${token.trim()}` }),
      ...(sendsBody && { 'content-type': 'application/json' }),
    },
    body: sendsBody ? body : undefined,
    withSession: caller === 'session',
  }
}

/** The same request for a terminal, where the shell's `$TOKEN` stands for the token. */
export function curlOf(operation: Operation, filled: Filled, origin: string): string {
  const { method, target, headers, body, withSession } = requestOf(operation, { ...filled, token: '' })
  const isQuery = filled.caller === 'query'
  const address = `${origin}${target}`
  const parts = [
    'curl',
    ...(method === 'GET' ? [] : method === 'HEAD' ? ['--head'] : [`-X ${method}`]),
    ...('307' in operation.responses || '308' in operation.responses ? ['-L'] : []),
    ...('authorization' in headers ? ['-H "Authorization: Bearer $TOKEN"'] : []),
    ...('content-type' in headers ? ["-H 'Content-Type: application/json'"] : []),
    ...(withSession ? ["-b 'modelkeep.session_token=…'"] : []),
    ...(body === undefined ? [] : [`-d ${quoted(body)}`]),
    isQuery ? `"${escaped(address)}$TOKEN"` : quoted(address),
  ]
  return parts.join(' ')
}

/** One word to a shell, whatever it holds. */
const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`

/** What a shell would read something into between double quotes. */
const escaped = (text: string) => text.replaceAll(/["\\$`]/g, '\\$&')
