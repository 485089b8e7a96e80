import type { Page, PageAnswer } from './define.ts'
import { type Html, html } from './html.ts'
import type { ViewerOf } from './viewer.ts'

/** `/`: what this hub is and how to call it. */
export const frontPage = (viewerOf: ViewerOf): Page => ({
  method: 'GET',
  path: '/',
  async answer({ origin, cookie }): Promise<PageAnswer> {
    const viewer = await viewerOf(cookie)
    return { kind: 'page', status: 200, title: 'modelkeep', viewer, content: guide(origin, viewer) }
  },
})

const guide = (origin: string, viewer: string | undefined): Html => html`
<h1>A hub for AI models</h1>
<p>It speaks the Civitai site API. Tools that talk to Civitai list, look up by hash and download from it once they are
given this address:</p>
<pre><code>${origin}</code></pre>

<h2>Ask it</h2>
<p>Models, look-ups by hash and most of the rest need no token.</p>
<pre><code>curl '${origin}/api/v1/models?limit=3'
curl '${origin}/api/v1/model-versions/by-hash/<i>SHA256</i>'</code></pre>

<h2>Ask as yourself</h2>
<p>A bearer token says who asks. Whoever runs the hub makes it on that machine; it is shown once.</p>
<pre><code>modelkeep token create --user <i>you</i> --name laptop</code></pre>
<pre><code>curl -H 'Authorization: Bearer <i>TOKEN</i>' ${origin}/api/v1/me</code></pre>

<h2>Download</h2>
<pre><code>curl -fLOJ -H 'Authorization: Bearer <i>TOKEN</i>' ${origin}/api/download/models/<i>VERSION</i></code></pre>
<p>${viewer === undefined && html`In a browser, <a href="/login">sign in</a> where a model needs it. `}<code>VERSION</code> is the id of a model
version. A download may be stopped, resumed and fetched in parts.</p>`
