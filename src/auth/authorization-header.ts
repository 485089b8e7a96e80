import { tokensInText } from './tokens/token-format.ts'

/**
 * Returns the credentials of the first `Bearer` in an `Authorization` header that has any. A repeated header arrives joined by
 * commas (RFC 9110 §5.3). Other schemes belong to someone else, for example a reverse proxy, and count as absent (contract §1).
 */
export function bearerCredentials(header: string | undefined): string | undefined {
  if (header === undefined) return undefined
  const usual = usualForm.exec(header)?.[1]
  if (usual !== undefined) return usual
  for (const { scheme, text } of credentialsOf(header))
    if (text !== undefined && scheme.toLowerCase() === 'bearer') return text
  return undefined
}

/** One `Bearer` with a token (RFC 6750 §2.1). Almost every header has this form, and splitting it takes ten times as long. */
const usualForm = /^Bearer ([\w.~+/-]+=*)$/

/** A key that was sent in a wrong form. */
export interface HeaderMistake {
  /** Describes the form only. It is the same for any key, and holds none; characters as in RFC 6750 §3. */
  description: string
  /** The texts in the header that have the form of a token, with the right checksum. At most {@link maxKeys}. */
  keys: string[]
}

/** Finds the mistake in an `Authorization` header that identified no caller; undefined when its form is right. */
export function headerMistake(header: string): HeaderMistake | undefined {
  const description = describeMistake(header)
  if (description === undefined) return undefined
  const texts = [header, ...credentialsOf(header).flatMap(decodedBasic)]
  return { description, keys: [...new Set(texts.flatMap(tokensInText))].slice(0, maxKeys) }
}

/** Maximum number of keys that are looked up for one header. */
const maxKeys = 2

interface Credentials {
  scheme: string
  /** Undefined when nothing follows the scheme word. */
  text: string | undefined
}

/** A comma within a quoted string separates nothing (RFC 9110 §5.6.1). An unclosed string ends with the header. */
const memberForm = /(?:[^,"]|"(?:[^"\\]|\\.?)*(?:"|$))+/gs

/** Splits a header into scheme words and what follows each after any number of spaces (RFC 9110 §11.4). */
function credentialsOf(header: string): Credentials[] {
  const members = header.match(memberForm) ?? []
  return members
    .map((member) => member.trim())
    .filter((member) => member !== '')
    .map((member) => {
      const gap = member.search(/\s/)
      if (gap === -1) return { scheme: member, text: undefined }
      return { scheme: member.slice(0, gap), text: member.slice(gap).trimStart() }
    })
}

const rightForm = 'Send the key as Authorization: Bearer KEY.'

function describeMistake(header: string): string | undefined {
  const bearer = bearerCredentials(header)
  if (bearer !== undefined) return describeBearer(bearer)
  const [first] = credentialsOf(header)
  return first && describeOther(first)
}

/** Of a header whose scheme is right. */
function describeBearer(text: string): string | undefined {
  if (/^bearer(?:[\s:=]|$)/i.test(text)) return `The word Bearer occurs twice. ${rightForm}`
  if (isEnclosed(text)) return `The key is in quotes or brackets. ${rightForm}`
  return /\s/.test(text) ? `The text after Bearer contains a space. ${rightForm}` : undefined
}

/** Of a header without a Bearer scheme that has credentials. Only words of a fixed list are repeated: others may be a key. */
function describeOther({ scheme, text }: Credentials): string {
  const word = scheme.toLowerCase()
  if (word === 'bearer') return `No key follows the scheme Bearer. ${rightForm}`
  if (/^bearer[:=]/.test(word))
    return `The scheme is Bearer without the ${word[6] === ':' ? 'colon' : 'equals sign'}. ${rightForm}`
  if (/^authorization[:=]?$/.test(word)) return `The value repeats the name of the header. ${rightForm}`
  if (word === 'basic') return `The scheme Basic is not accepted, and the key belongs in a Bearer header. ${rightForm}`
  if (isEnclosed(scheme)) return `The value is in quotes or brackets. ${rightForm}`
  const known = schemes.find((name) => name.toLowerCase() === word.replace(/[:=]$/, ''))
  if (known !== undefined) return `The scheme ${known} is not accepted, use Bearer. ${rightForm}`
  if (text !== undefined) return `The scheme is not accepted, use Bearer. ${rightForm}`
  if (word.startsWith('bearer')) return `A space is missing after the scheme Bearer. ${rightForm}`
  return `The scheme Bearer is missing. ${rightForm}`
}

/** Schemes that a description names. */
const schemes = [
  'Token',
  'Key',
  'ApiKey',
  'Api-Key',
  'X-API-Key',
  'JWT',
  'OAuth',
  'Digest',
  'Negotiate',
  'NTLM',
  'DPoP',
  'HOBA',
  'Mutual',
  'vapid',
  'SCRAM-SHA-1',
  'SCRAM-SHA-256',
  'AWS4-HMAC-SHA256',
  'GoogleLogin',
  'PrivateToken',
]

/** Whether a text begins or ends with a quote or a bracket, as in documentation: `"KEY"`, `<KEY>`. */
const isEnclosed = (text: string): boolean => /^["'`<[({]|["'`>\])}]$/.test(text)

/** The user name and the password of Basic (RFC 7617); of other schemes nothing. */
function decodedBasic({ scheme, text }: Credentials): string[] {
  return scheme.toLowerCase() === 'basic' && text !== undefined ? [Buffer.from(text, 'base64').toString('latin1')] : []
}
