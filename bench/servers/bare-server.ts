import { createServer, type RequestListener } from 'node:http'
import { createSecureServer } from 'node:http2'

/*
 * The least that Node can do: sends the same bytes to every request, with no more headers than they need. With a tag, the
 * requests that name it are told that nothing changed. Told what to send on standard input, as JSON.
 */

/** What every request is answered. */
export interface BareAnswer {
  contentType: string
  bodyBase64: string
  etag?: string
  /** In PEM; with them it speaks HTTP/2 over TLS. */
  tls?: { cert: string; key: string }
}

let text = ''
for await (const chunk of process.stdin) text += chunk
const { contentType, bodyBase64, etag, tls } = JSON.parse(text) as BareAnswer
const body = Buffer.from(bodyBase64, 'base64')
const headers = { 'content-type': contentType, 'content-length': body.length }

const unchanged = etag === undefined ? {} : { etag }
const listener: RequestListener = (request, response) => {
  if (etag !== undefined && request.headers['if-none-match'] === etag) {
    response.writeHead(304, unchanged)
    response.end()
    return
  }
  response.writeHead(200, headers)
  response.end(body)
}

const server = tls
  ? createSecureServer(tls).on('stream', (stream) => {
      // What is reset meanwhile needs no answer.
      stream.on('error', () => undefined)
      stream.respond({ ':status': 200, ...headers })
      stream.end(body)
    })
  : createServer(listener)
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (address && typeof address === 'object')
    console.log(`bare listening on ${tls ? 'https' : 'http'}://127.0.0.1:${address.port}`)
})
