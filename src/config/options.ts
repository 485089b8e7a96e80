import { z } from 'zod'
import { anonymousAccesses } from '../auth/access-policy.ts'
import { signUpPolicies } from '../auth/accounts/sign-up-policy.ts'
import { isReservedUsername, usernameForm } from '../auth/accounts/username.ts'
import { defaultMaxSessionDays } from '../auth/sign-in/session-life.ts'
import { queryPolicies } from '../auth/tokens/token-limits.ts'
import { compileExclusions } from '../library/watch/exclusions.ts'

/** An option of the program: a flag, if it has one, an environment variable (`MODELKEEP_*`) and a key of `modelkeep.config.json`. */
export interface OptionDeclaration {
  /** Undefined for a secret: what stands on a command line every process of the machine may read. */
  flag: string | undefined
  description: string
  /** Variables that a standard has for the same, with what their text means here; asked where `MODELKEEP_*` says nothing. */
  standardVariables?: Readonly<Record<string, (text: string) => string>>
  /** A list that may be given by several flags. */
  isRepeatable?: true
  /** Reads the text of a flag or variable, or the value in the file. */
  schema: z.ZodType
}

const yesNo = z.union([z.boolean(), z.stringbool()], { error: 'must be true or false' })
const wholeNumber = (min: number, max: number) =>
  z
    .union(
      [
        z.int(),
        z
          .string()
          .regex(/^\d{1,15}$/)
          .transform(Number),
      ],
      {
        error: `must be a whole number from ${min} to ${max}`,
      },
    )
    .refine((number) => number >= min, `must be at least ${min}`)
    .refine((number) => number <= max, `must be at most ${max}`)
/** `600/60`: so many requests in so many seconds; `off` for no limit. */
const rate = z
  .string()
  .regex(/^(?:off|[1-9]\d{0,8}\/[1-9]\d{0,4})$/, 'must be off, or requests and seconds such as 600/60')
const list = z
  .union([z.array(z.string()), z.string().transform((text) => text.split(','))])
  .transform((texts) => texts.map((text) => text.trim()).filter(Boolean))
const webOrigin = z
  .string()
  .refine(isOrigin, { error: (issue) => `"${issue.input}" is not an origin such as https://hub.example` })
  .transform((text) => new URL(text).origin)
const exclusionPattern = z.string().superRefine((pattern, context) => {
  try {
    compileExclusions([pattern])
  } catch (error) {
    context.addIssue((error as SyntaxError).message)
  }
})
const hostName = z.string().regex(/^[^\s/@?#]+$/, {
  error: (issue) => `"${issue.input}" is not a host such as hub.example or hub.example:8443`,
})

/** Every option, with its default. The order is that of `--help`. */
export const optionDeclarations = {
  data: {
    flag: '--data <dir>',
    description: 'where the hub keeps its own data',
    schema: z.string().min(1).default('./data'),
  },
  host: {
    flag: '--host <address>',
    description: 'address to listen on',
    schema: z.string().min(1).default('127.0.0.1'),
  },
  port: {
    flag: '--port <number>',
    description: 'port to listen on; 0 picks a free one',
    schema: wholeNumber(0, 65535).default(3333),
  },
  publicUrl: {
    flag: '--public-url <url>',
    description: 'scheme and host of every address the hub gives out, instead of the request’s own',
    schema: z
      .string()
      .refine(isOrigin, 'must be a scheme and host such as https://hub.example, without a path')
      .transform((text) => new URL(text).origin)
      .optional(),
  },
  database: {
    flag: '--database <url>',
    description: 'sqlite:FILE; by default a file in the data directory',
    schema: z
      .string()
      .regex(/^sqlite:./, 'must be sqlite:FILE (this version has no other engine)')
      .optional(),
  },
  tlsCert: {
    flag: '--tls-cert <file>',
    description: 'certificate in PEM; turns on HTTPS and HTTP/2',
    schema: z.string().min(1).optional(),
  },
  tlsKey: {
    flag: '--tls-key <file>',
    description: 'private key of the certificate in PEM',
    schema: z.string().min(1).optional(),
  },
  trustedOrigins: {
    flag: '--trusted-origins <origins>',
    description: 'origins whose pages may read personal answers, joined by commas',
    schema: list.pipe(z.array(webOrigin)).default([]),
  },
  trustProxy: {
    flag: '--trust-proxy <proxies>',
    description: 'true, or networks (CIDR, joined by commas) whose X-Forwarded-* headers count',
    schema: z
      .union([yesNo, list.pipe(z.array(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()])).min(1))], {
        error: 'must be true, false, or networks such as 10.0.0.0/8',
      })
      .default(false),
  },
  sendFiles: {
    flag: '--send-files <how>',
    description: 'x-accel-redirect=/PREFIX: nginx in front sends the files of downloads itself',
    schema: z
      .string()
      .regex(/^x-accel-redirect=(?:\/[\w.-]+)+$/, 'must be x-accel-redirect= and a path such as /modelkeep-files')
      .transform((text) => text.slice('x-accel-redirect='.length))
      .optional(),
  },
  allowedHosts: {
    flag: '--allowed-hosts <hosts>',
    description: 'hosts that requests may be for, joined by commas; by default any',
    schema: list.pipe(z.array(hostName.toLowerCase())).default([]),
  },
  loginOnly: {
    flag: '--login-only [yes]',
    description: 'downloads need a sign-in, where a model does not say otherwise',
    schema: yesNo.default(false),
  },
  anonymousAccess: {
    flag: '--anonymous-access <which>',
    description: 'open, or closed: nothing of the library is told to callers without a token or a sign-in',
    schema: z.enum(anonymousAccesses, { error: 'must be open or closed' }).default('open'),
  },
  queryTokens: {
    flag: '--query-tokens <where>',
    description: 'where ?token= is taken at most: always, downloads, or never; a token may be stricter',
    schema: z.enum(queryPolicies, { error: 'must be always, downloads or never' }).default('always'),
  },
  signUp: {
    flag: '--sign-up <who>',
    description: 'who may make an account: off (nobody), invitation, or open (everybody)',
    schema: z.enum(signUpPolicies, { error: 'must be off, invitation or open' }).default('off'),
  },
  longestSession: {
    flag: '--longest-session <days>',
    description: 'people sign in again after so many days at the latest, however they use the pages',
    schema: wholeNumber(1, 3650).default(defaultMaxSessionDays),
  },
  longestTokenLife: {
    flag: '--longest-token-life <days>',
    description: 'tokens that are made end after so many days at the latest; those that are there stay as they are',
    schema: wholeNumber(1, 3650).optional(),
  },
  auditDays: {
    flag: '--audit-days <days>',
    description: 'how long entries of the audit log are kept',
    schema: wholeNumber(1, 36500).default(365),
  },
  limitFailures: {
    flag: '--limit-failures <rate>',
    description:
      'failed token checks allowed per IP network, as COUNT/SECONDS, or off; workers share their counts within milliseconds',
    schema: rate.default('100/60'),
  },
  limitAnonymous: {
    flag: '--limit-anonymous <rate>',
    description: 'requests of one network without a valid token or session: such as 600/60, or off',
    schema: rate.default('off'),
  },
  limitToken: {
    flag: '--limit-token <rate>',
    description: 'requests of each token: such as 600/60, or off',
    schema: rate.default('off'),
  },
  oidcIssuer: {
    flag: '--oidc-issuer <url>',
    description: 'OpenID Connect provider that people may sign in with',
    schema: z
      .string()
      .refine(isWebAddress, 'must be an address such as https://id.example/realms/studio, without a query')
      .optional(),
  },
  oidcClientId: {
    flag: '--oidc-client-id <id>',
    description: 'what the provider knows the hub by',
    schema: z.string().min(1).optional(),
  },
  oidcClientSecretFile: {
    flag: '--oidc-client-secret-file <file>',
    description: 'file with the secret that the provider gave the hub',
    schema: z.string().min(1).optional(),
  },
  oidcClientSecret: {
    flag: undefined,
    description: 'the secret itself, instead of a file with it',
    schema: z.string('must be a text').trim().min(1, 'must not be empty').optional(),
  },
  oidcName: {
    flag: '--oidc-name <name>',
    description: 'what people know the provider by; its host by default',
    schema: z.string().trim().min(1, 'must not be empty').max(64, 'must have at most 64 characters').optional(),
  },
  defaultBrowsingLevel: {
    flag: '--default-browsing-level <bits>',
    description: 'levels that lists show when a client names none (docs/filters.md)',
    schema: wholeNumber(1, 31).default(1),
  },
  exclude: {
    flag: '--exclude <patterns>',
    description: 'files and folders to leave out of the library, as in .gitignore, joined by commas; repeatable',
    isRepeatable: true,
    schema: list.pipe(z.array(exclusionPattern)).default([]),
  },
  defaultCreator: {
    flag: '--default-creator <username>',
    description: 'username under which models without a creator are published; nobody can sign in with it',
    schema: z
      .string()
      .regex(usernameForm, 'must have 1 to 64 letters, digits, dots, hyphens and underscores')
      .refine((username) => !isReservedUsername(username), { error: (issue) => `"${issue.input}" is reserved` })
      .default('local'),
  },
  hashThreads: {
    flag: '--hash-threads <number>',
    description: 'threads that hash files',
    schema: wholeNumber(1, 64).default(2),
  },
  cacheMegabytes: {
    flag: '--cache-megabytes <number>',
    description: 'memory for cached public answers, of all processes together',
    schema: wholeNumber(1, 65536).default(256),
  },
  workers: {
    flag: '--workers <number>',
    description: 'processes that serve; by default one for each processor core',
    schema: wholeNumber(1, 256).optional(),
  },
  metricsPort: {
    flag: '--metrics-port <number>',
    description: 'port that Prometheus asks for metrics at; 0 picks a free one; by default there is none',
    schema: wholeNumber(0, 65535).optional(),
  },
  metricsHost: {
    flag: '--metrics-host <address>',
    description: 'address to listen on for Prometheus',
    schema: z.string().min(1).default('127.0.0.1'),
  },
  tracesUrl: {
    flag: '--traces-url <url>',
    description: 'where traces go, by OTLP/HTTP: such as http://127.0.0.1:4318/v1/traces; by default nowhere',
    standardVariables: {
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: (text) => text,
      OTEL_EXPORTER_OTLP_ENDPOINT: (text) => `${text.replace(/\/+$/, '')}/v1/traces`,
    },
    schema: z.string().refine(isWebAddress, 'must be an address such as http://127.0.0.1:4318/v1/traces').optional(),
  },
  tracesRatio: {
    flag: '--traces-ratio <share>',
    description: 'share of requests that are traced, 0 to 1, of those that no caller traces',
    schema: z
      .union(
        [
          z.number(),
          z
            .string()
            .regex(/^\d*\.?\d{1,15}$/)
            .transform(Number),
        ],
        { error: 'must be a number from 0 to 1' },
      )
      .refine((share) => share >= 0 && share <= 1, 'must be a number from 0 to 1')
      .default(1),
  },
  logLevel: {
    flag: '--log-level <level>',
    description: 'fatal, error, warn, info, debug, trace or silent',
    schema: z
      .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
        error: 'must be fatal, error, warn, info, debug, trace or silent',
      })
      .default('info'),
  },
} as const satisfies Record<string, OptionDeclaration>

function isOrigin(text: string): boolean {
  if (!URL.canParse(text)) return false
  const url = new URL(text)
  return (
    /^https?:$/.test(url.protocol) &&
    url.pathname === '/' &&
    url.search === '' &&
    url.hash === '' &&
    url.username === ''
  )
}

function isWebAddress(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, search, hash, username } = new URL(text)
  return /^https?:$/.test(protocol) && search === '' && hash === '' && username === ''
}
