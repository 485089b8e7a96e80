import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { gunzipSync } from 'node:zlib'

/** A span as a collector gets it. Ids are in hexadecimal, times in milliseconds. */
export interface ReceivedSpan {
  name: string
  traceId: string
  spanId: string
  /** Empty for the first of a trace. */
  parentSpanId: string
  /** 2 is that of a server, 3 that of a client. */
  kind: number
  milliseconds: number
  attributes: Record<string, string | number>
  /** 2 is an error. */
  status: number
  /** Attributes of who sent it. */
  resource: Record<string, string | number>
}

export interface OtlpReceiver {
  url: string
  spans(): ReceivedSpan[]
  /** Everything that came, headers included. */
  bytes(): Buffer
  close(): void
}

/** Takes spans by OTLP/HTTP in protobuf (https://opentelemetry.io/docs/specs/otlp/), as a collector does. */
export async function startOtlpReceiver(): Promise<OtlpReceiver> {
  const received: Buffer[] = []
  const spans: ReceivedSpan[] = []
  const server = createServer(async (request, response) => {
    const sent = await buffer(request)
    const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent
    received.push(Buffer.from(JSON.stringify([request.url, request.headers])), body)
    const isRight = request.url === '/v1/traces' && request.headers['content-type'] === 'application/x-protobuf'
    if (isRight) spans.push(...readSpans(body))
    response.writeHead(isRight ? 200 : 400, { 'content-type': 'application/x-protobuf' }).end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans: () => spans,
    bytes: () => Buffer.concat(received),
    close: () => server.close().closeAllConnections(),
  }
}

/** `ExportTraceServiceRequest`: resources, in them scopes, in them spans. */
const readSpans = (request: Buffer): ReceivedSpan[] =>
  messages(request, 1).flatMap((ofResource) => {
    const resource = attributes(messages(ofResource, 1)[0] ?? Buffer.of(), 1)
    return messages(ofResource, 2).flatMap((ofScope) =>
      messages(ofScope, 2).map((span) => ({
        name: text(span, 5),
        traceId: hex(span, 1),
        spanId: hex(span, 2),
        parentSpanId: hex(span, 4),
        kind: Number(fields(span).get(6)?.[0] ?? 0),
        milliseconds: (time(span, 8) - time(span, 7)) / 1e6,
        attributes: attributes(span, 9),
        status: Number(fields(messages(span, 15)[0] ?? Buffer.of()).get(3)?.[0] ?? 0),
        resource,
      })),
    )
  })

function attributes(message: Buffer, field: number): Record<string, string | number> {
  return Object.fromEntries(
    messages(message, field).map((pair) => {
      const value = messages(pair, 2)[0] ?? Buffer.of()
      const [[kind, [first] = []] = []] = fields(value)
      if (kind === 4 && Buffer.isBuffer(first)) return [text(pair, 1), first.readDoubleLE()]
      return [text(pair, 1), Buffer.isBuffer(first) ? first.toString() : Number(first)]
    }),
  )
}

const messages = (message: Buffer, field: number): Buffer[] =>
  (fields(message).get(field) ?? []).filter(Buffer.isBuffer)
const text = (message: Buffer, field: number): string => messages(message, field)[0]?.toString() ?? ''
const hex = (message: Buffer, field: number): string => messages(message, field)[0]?.toString('hex') ?? ''
const time = (message: Buffer, field: number): number => Number(messages(message, field)[0]?.readBigUInt64LE() ?? 0n)

/** The fields of a message by their numbers: numbers, and the bytes of all else. */
function fields(message: Buffer): Map<number, (bigint | Buffer)[]> {
  const found = new Map<number, (bigint | Buffer)[]>()
  let at = 0
  const varint = (): bigint => {
    let value = 0n
    for (let shift = 0n; ; shift += 7n) {
      const byte = message[at++] ?? 0
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return value
    }
  }
  const taken = (length: number): Buffer => {
    at += length
    return message.subarray(at - length, at)
  }
  while (at < message.length) {
    const key = Number(varint())
    const wire = key & 7
    const value = wire === 0 ? varint() : wire === 1 ? taken(8) : wire === 5 ? taken(4) : taken(Number(varint()))
    found.set(key >> 3, [...(found.get(key >> 3) ?? []), value])
  }
  return found
}
