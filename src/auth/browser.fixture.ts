import type { Sessions } from './sign-in/sessions.ts'

/** A browser that keeps the cookies of a hub, as far as signing in needs one. */
export interface Browser {
  /** The `Cookie` header of its next request. */
  cookie(): string
  get(path: string): Promise<Response>
  post(path: string, body?: object): Promise<Response>
}

/** `origin` is the hub's own; requests come from `address`, and begin with these cookies. Paths are below `/api/auth`. */
export function openBrowser(
  sessions: Pick<Sessions, 'handler'>,
  {
    origin = 'http://hub.example:3333',
    address = '10.0.0.1',
    cookies: given = '',
  }: { origin?: string; address?: string; cookies?: string } = {},
): Browser {
  const cookies = new Map(
    given.split('; ').flatMap((pair) => {
      const [name = '', value = ''] = pair.split(/=(.*)/s)
      return name === '' ? [] : [[name, value] as const]
    }),
  )
  const cookie = () => [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const ask = async (path: string, init: RequestInit) => {
    const target = path.startsWith('/') ? `${origin}/api/auth${path}` : path
    const headers = { origin, cookie: cookie(), ...init.headers }
    const response = await sessions.handler(new Request(target, { ...init, headers }), address)
    for (const line of response.headers.getSetCookie()) {
      const [pair = '', ...attributes] = line.split('; ')
      const [name = '', value = ''] = pair.split(/=(.*)/s)
      if (attributes.some((attribute) => /^max-age=0$/i.test(attribute))) cookies.delete(name)
      else cookies.set(name, value)
    }
    return response
  }
  return {
    cookie,
    get: (path) => ask(path, {}),
    post: (path, body = {}) =>
      ask(path, { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  }
}
