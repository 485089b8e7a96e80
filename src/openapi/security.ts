/** How a caller says who it is; the first that is there counts, in this order. */
export const securitySchemes = {
  bearerAuth: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'mk_…',
    description: 'An API key from the account settings, in `Authorization: Bearer mk_…`.',
  },
  tokenQuery: {
    type: 'apiKey',
    in: 'query',
    name: 'token',
    description:
      'The same key as `?token=mk_…`, for tools that know no headers. The address is a secret then, and the answer is never kept by a cache. A key may forbid this form, or allow it for downloads alone.',
  },
  session: {
    type: 'apiKey',
    in: 'cookie',
    name: 'modelkeep.session_token',
    description:
      'The session of a browser that signed in (`__Secure-modelkeep.session_token` over TLS). Changes are only taken from pages of the hub itself and of trusted origins.',
  },
} as const
