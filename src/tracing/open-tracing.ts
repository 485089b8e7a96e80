import { ROOT_CONTEXT, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { ExportResultCode, parseTraceParent } from '@opentelemetry/core'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
  serviceNameEnvDetector,
} from '@opentelemetry/resources'
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  type SpanExporter,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace'

/** Sends what requests did to a collector, as spans of OpenTelemetry. */
export interface Tracing {
  startRequest(request: TracedRequest): RequestSpan
  /** Sends what is left, for a short while. */
  close(): Promise<void>
}

/** A request, without what may be secret in it. Times are by `performance.now()`. */
export interface TracedRequest {
  id: string
  method: string
  /** Without the query, and without secrets. */
  path: string
  /** As it was declared; undefined where there is none. */
  route: string | undefined
  /** The header, by which it is part of what its caller does (W3C Trace Context). */
  traceparent: string | undefined
  scheme: 'http' | 'https'
  httpVersion: string
  arrivedAt: number
}

export interface RequestSpan {
  /** Tells of a statement of the database that was run for it. */
  onStatement(statement: TracedStatement): void
  /** Begins a part of it; to be ended once, with how many bytes it sent. */
  startSending(): (bytes: number) => void
  end(answer: { status: number }): void
}

interface TracedStatement {
  lane: string
  /** With placeholders, and none of the values. */
  sql: string
  askedAt: number
  waitMs: number | undefined
  runMs: number
}

const exportDelayMs = 2000
const closeTimeoutMs = 3000
const maxStatementLength = 2000

/** Methods that have a name in traces; others are `_OTHER`. */
const knownMethods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'CONNECT', 'TRACE'])

/**
 * Begins to send spans to `url` by OTLP/HTTP. Of requests that are part of nothing larger `ratio` are traced; of others, those
 * whose caller is. `onFailed` is told, once a minute at most, that they cannot be sent.
 */
export function openTracing({
  url,
  ratio,
  version,
  onFailed,
}: {
  url: string
  ratio: number
  version: string
  onFailed: (error: unknown) => void
}): Tracing {
  const exporter = withFailureReports(new OTLPTraceExporter({ url }), onFailed)
  const provider = new TracerProvider({
    resource: defaultResource()
      .merge(resourceFromAttributes({ 'service.name': 'modelkeep', 'service.version': version }))
      .merge(resourceFromAttributes({ 'process.pid': process.pid }))
      // What the standard's own variables say of the service.
      .merge(detectResources({ detectors: [envDetector, serviceNameEnvDetector] })),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) }),
    spanProcessors: [new BatchSpanProcessor({ exporter, scheduledDelayMillis: exportDelayMs })],
  })
  const tracer = provider.getTracer('modelkeep', version)

  return {
    startRequest({ id, method, path, route, traceparent, scheme, httpVersion, arrivedAt }) {
      const parent = traceparent === undefined ? null : parseTraceParent(traceparent)
      const isKnown = knownMethods.has(method)
      const context = parent ? trace.setSpanContext(ROOT_CONTEXT, { ...parent, isRemote: true }) : ROOT_CONTEXT
      const name = isKnown ? method : 'HTTP'
      const span = tracer.startSpan(
        route === undefined ? name : `${name} ${route}`,
        {
          kind: SpanKind.SERVER,
          startTime: epochOf(arrivedAt),
          attributes: {
            'http.request.method': isKnown ? method : '_OTHER',
            'url.path': path,
            'url.scheme': scheme,
            'network.protocol.version': httpVersion,
            'modelkeep.request_id': id,
            ...(route !== undefined && { 'http.route': route }),
          },
        },
        context,
      )
      const within = trace.setSpan(ROOT_CONTEXT, span)
      const begin = (part: string, options: Parameters<typeof tracer.startSpan>[1]): Span =>
        tracer.startSpan(part, options, within)
      return {
        onStatement({ lane, sql, askedAt, waitMs, runMs }) {
          // A look-up on the thread that serves is over sooner than its span would be made.
          if (waitMs === undefined || !span.isRecording()) return
          const operation = /^\s*(\w+)/.exec(sql)?.[1]?.toUpperCase() ?? 'SQL'
          begin(`${operation} ${lane}`, {
            kind: SpanKind.CLIENT,
            startTime: epochOf(askedAt),
            attributes: {
              'db.system.name': 'sqlite',
              'db.operation.name': operation,
              'db.query.text': sql.slice(0, maxStatementLength),
              'modelkeep.database.lane': lane,
              'modelkeep.database.wait_ms': waitMs,
              'modelkeep.database.run_ms': runMs,
            },
          }).end()
        },
        startSending() {
          const sending = begin('send file', { kind: SpanKind.INTERNAL })
          return (bytes) => {
            sending.setAttribute('modelkeep.sent_bytes', bytes).end()
          }
        },
        end({ status }) {
          span.setAttribute('http.response.status_code', status)
          if (status >= 500) {
            span.setAttribute('error.type', String(status)).setStatus({ code: SpanStatusCode.ERROR })
          }
          span.end()
        },
      }
    },
    async close() {
      const bound = new Promise<void>((resolve) => setTimeout(resolve, closeTimeoutMs).unref())
      await Promise.race([provider.shutdown().catch(onFailed), bound])
    },
  }
}

/** Unix milliseconds of a time by `performance.now()`. */
const epochOf = (at: number): number => performance.timeOrigin + at

/** Has somebody learn of what cannot be sent, and not of each time. */
function withFailureReports(exporter: SpanExporter, onFailed: (error: unknown) => void): SpanExporter {
  let toldAt = Number.NEGATIVE_INFINITY
  return {
    export(spans, done) {
      exporter.export(spans, (result) => {
        if (result.code === ExportResultCode.FAILED && performance.now() - toldAt > 60_000) {
          toldAt = performance.now()
          onFailed(result.error)
        }
        done(result)
      })
    },
    forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve(),
    shutdown: () => exporter.shutdown(),
  }
}
