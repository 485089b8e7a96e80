import { download, fileBytes } from '../src/endpoints/downloads.ts'
import { withLibrary } from '../src/endpoints/library.fixture.ts'

const t0 = performance.now()
const at = (s: string) => console.log(s, (performance.now() - t0) | 0)
await withLibrary({ endpoints: [download, fileBytes] }, async (library) => {
  const file = await library.putFile('big.safetensors', Buffer.alloc(50_000_000))
  const { versions } = await library.addModel({ versions: [{ files: [file] }] })
  const address = (await library.request(`/api/download/models/${versions[0]?.id}`)).headers.get('location') ?? ''
  const leaving = new AbortController()
  const answer = await library.request(address, { signal: leaving.signal })
  at('answered')
  leaving.abort()
  at('aborted')
  await new Promise((r) => setTimeout(r, 500))
  console.log(process.getActiveResourcesInfo())
  at('leaving')
})
at('end')
