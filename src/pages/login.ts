import type { Sessions } from '../auth/sessions.ts'
import type { Page, PageAnswer, PageRequest } from './define.ts'
import { type Html, html } from './html.ts'
import { returnPath } from './return-path.ts'
import type { ViewerOf } from './viewer.ts'

/** `/login` and `/logout`: forms over the sign-in endpoints of the sessions, whose limits and rules hold here as well. */
export const loginPages = (sessions: Sessions, viewerOf: ViewerOf): Page[] => [
  {
    method: 'GET',
    path: '/login',
    async answer({ query, cookie }) {
      const path = returnPath(query.get('returnUrl'))
      const viewer = await viewerOf(cookie)
      if (viewer !== undefined) return page({ viewer, content: signedIn(viewer, path) })
      const why = query.get('reason') === 'download-auth' ? 'This download needs you to be signed in.' : undefined
      return page({ content: form({ path, why }) })
    },
  },
  {
    method: 'POST',
    path: '/login',
    async answer(request) {
      const path = returnPath(request.form.get('returnUrl'))
      const name = request.form.get('name')?.trim() ?? ''
      const given = await signIn(sessions, request, { name, password: request.form.get('password') ?? '' })
      const refusal = refusals[given.status]
      if (given.ok) return { kind: 'redirect', status: 303, path, cookies: given.headers.getSetCookie() }
      return page({ content: form({ path, name, error: refusal ?? wrongCredentials }), ...statusOf(given) })
    },
  },
  {
    method: 'POST',
    path: '/logout',
    async answer(request) {
      const given = await ask(sessions, request, '/sign-out', {})
      return { kind: 'redirect', status: 303, path: '/login', cookies: given.headers.getSetCookie() }
    },
  },
]

const wrongCredentials = 'The name or the password is not right.'
const refusals: Record<number, string> = {
  403: 'This account is banned.',
  429: 'Too many attempts. Wait a minute, then try again.',
}

/** What the sign-in endpoint calls unauthorized or malformed is all one here: the form was refused. */
function statusOf({ status, headers }: Response): { status: number; retryAfterSeconds?: number } {
  if (status !== 429) return { status: 403 }
  return { status, retryAfterSeconds: Number(headers.get('retry-after') ?? headers.get('x-retry-after')) || 60 }
}

const signIn = (sessions: Sessions, request: PageRequest, { name, password }: { name: string; password: string }) =>
  name.includes('@')
    ? ask(sessions, request, '/sign-in/email', { email: name, password })
    : ask(sessions, request, '/sign-in/username', { username: name, password })

/** Hands a form on to a sign-in endpoint. That the form came from the hub's own pages is known by now. */
function ask(sessions: Sessions, { origin, address, cookie, userAgent }: PageRequest, path: string, fields: object) {
  const headers = new Headers({ 'content-type': 'application/json', origin })
  if (cookie !== undefined) headers.set('cookie', cookie)
  if (userAgent !== undefined) headers.set('user-agent', userAgent)
  const body = JSON.stringify(fields)
  return sessions.handler(new Request(`${origin}/api/auth${path}`, { method: 'POST', headers, body }), address)
}

const page = (parts: { content: Html; status?: number; viewer?: string; retryAfterSeconds?: number }): PageAnswer => ({
  kind: 'page',
  status: 200,
  title: 'Sign in',
  hasForm: true,
  ...parts,
})

interface FormState {
  path: string
  name?: string
  why?: string | undefined
  error?: string
}

const form = ({ path, name = '', why, error }: FormState): Html => html`
<h1>Sign in</h1>
${why !== undefined && html`<p class="note">${why}</p>`}
${error !== undefined && html`<p class="error" id="error" role="alert">${error}</p>`}
<form method="post" action="/login">
<input type="hidden" name="returnUrl" value="${path}">
<label for="name">Username or e-mail address</label>
<input id="name" name="name" value="${name}" autocomplete="username" autocapitalize="none" spellcheck="false" maxlength="254"
required${name === '' && html` autofocus`}${error !== undefined && html` aria-describedby="error"`}>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" maxlength="128"
required${name !== '' && html` autofocus`}${error !== undefined && html` aria-describedby="error"`}>
<button>Sign in</button>
</form>
<p class="quiet">No account yet? Whoever runs the hub makes one with <code>modelkeep user add</code>.</p>`

const signedIn = (viewer: string, path: string): Html => html`
<h1>You are signed in</h1>
<p>As <strong>${viewer}</strong>. <a href="${path}">${path === '/' ? 'Go to the front page' : 'Go on to what you came for'}</a></p>
<form method="post" action="/logout"><button class="second">Sign out</button></form>`
