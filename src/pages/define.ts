import type { Html } from './html.ts'

/** A page for people: what a browser opens. Programs have the API; nothing below `/api` is a page. */
export interface Page {
  /** GET pages answer HEAD as well; a POST is a form of the hub's own pages. */
  method: 'GET' | 'POST'
  /** As the router reads it: `/models/:id`. */
  path: string
  answer(request: PageRequest): Promise<PageAnswer> | PageAnswer
}

export interface PageRequest {
  params: Readonly<Record<string, string>>
  query: URLSearchParams
  /** Fields of a form that was sent; empty for GET. */
  form: URLSearchParams
  /** Scheme and host that the hub is reached at, such as `http://127.0.0.1:3333`. */
  origin: string
  /** The client's network address. */
  address: string
  cookie: string | undefined
  userAgent: string | undefined
}

export type PageAnswer =
  | {
      kind: 'page'
      status: number
      title: string
      content: Html
      /** Username of who is signed in. */
      viewer?: string | undefined
      /** The page holds a form, which may be sent to the hub alone. */
      hasForm?: boolean
      retryAfterSeconds?: number
    }
  | {
      kind: 'redirect'
      /** 303 after a form: the browser goes on with GET. */
      status: 302 | 303
      /** Path and query on the hub itself, beginning with one slash. */
      path: string
      /** `Set-Cookie` values. */
      cookies?: readonly string[]
    }
  | { kind: 'asset'; mediaType: string; body: string }
