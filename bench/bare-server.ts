import { createServer } from 'node:http'

/** The least that Node can do: sends the same bytes to every request. Told the answer on standard input, as JSON. */
let text = ''
for await (const chunk of process.stdin) text += chunk
const { headers, bodyBase64 } = JSON.parse(text) as { headers: Record<string, string>; bodyBase64: string }
const body = Buffer.from(bodyBase64, 'base64')

const server = createServer((_request, response) => {
  response.writeHead(200, headers)
  response.end(body)
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (address && typeof address === 'object') console.log(`bare listening on http://127.0.0.1:${address.port}`)
})
