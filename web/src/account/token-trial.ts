/** What came back of one request of a trial; the status is 0 when nothing did. */
export interface Answered {
  status: number
  /** Of the answer in the end, after redirects. */
  url: string
  redirected: boolean
  contentRange: string | null
  username: string | null
  error: string | null
}

/** One hop of a trial: what was sent, what came, and what that means. */
export interface Hop {
  title: string
  sent: string
  status: number | null
  /** `unproven`: it worked, and would have without a key. `refused`: the settings of the key forbid it, as they should. */
  outcome: 'works' | 'fails' | 'skipped' | 'unproven' | 'refused'
  means: string
}

/** Whether a text has the form of a key of a hub (`mk_`, then 46 letters and digits); otherwise what is wrong with it. */
export function formFault(token: string): string | null {
  if (/\s/.test(token)) return 'There is a space or a line break in it.'
  if (!token.startsWith('mk_'))
    return 'Keys of this hub begin with mk_. This one is of somewhere else, or its beginning is missing.'
  if (token.length < 49) return `It has ${token.length} characters in place of 49: its end is missing.`
  if (token.length > 49) return `It has ${token.length} characters in place of 49: something is behind it.`
  return /^mk_[0-9A-Za-z]{46}$/.test(token) ? null : 'There is a character in it that no key has.'
}

const silence = 'The hub did not answer, or the browser did not let the page see the answer.'

/** Explains the response of `GET /api/v1/me` to a key in the header or in the URL. `isKeyValid`: the header worked before. */
export function readAccountHop(form: 'header' | 'query', answer: Answered, isKeyValid = false): Hop {
  const [title, sent] =
    form === 'header'
      ? ['Key in the header', 'GET /api/v1/me with Authorization: Bearer …']
      : ['Key in the address', 'GET /api/v1/me?token=…']
  const hop = { title, sent, status: answer.status }
  if (answer.status === 0) return { ...hop, outcome: 'fails', means: silence }
  if (answer.status === 200)
    return {
      ...hop,
      outcome: 'works',
      means: `The hub takes the key: it speaks for ${answer.username ?? 'its account'}.`,
    }
  if (answer.status === 401 && form === 'query' && isKeyValid)
    return {
      ...hop,
      outcome: 'refused',
      means:
        'This key, or this hub, allows no key in this URL. That is a setting, and protects the key; send it in the header.',
    }
  if (answer.status === 401)
    return {
      ...hop,
      outcome: 'fails',
      means:
        form === 'header'
          ? 'The hub does not take the key: it is mistyped, expired, revoked, or not allowed from this network.'
          : 'The hub does not take the key in an address. If the header worked, the key is set to that, or to downloads only.',
    }
  return { ...hop, outcome: 'fails', means: answer.error ?? `The hub answered ${answer.status}.` }
}

/** Explains a download up to the URL of the bytes. `isOpen`: it works without a key as well, so it proves nothing about the key. A browser shows a page no redirect by itself, only where it led. */
export function readDownloadHop(versionId: string, answer: Answered, isOpen = false): Hop {
  const hop = {
    title: 'Download and its redirect',
    sent: `HEAD /api/download/models/${versionId} with Authorization: Bearer …`,
    status: answer.status,
  }
  const fails = (means: string): Hop => ({ ...hop, outcome: 'fails', means })
  if (answer.status === 0) return fails(silence)
  const path = URL.parse(answer.url)?.pathname ?? ''
  if (answer.redirected && path === '/login')
    return fails(
      'The hub sent the browser to its sign-in page: only accounts may have this file, and the key was not taken.',
    )
  if (answer.redirected && answer.status < 400 && isOpen)
    return {
      ...hop,
      outcome: 'unproven',
      means:
        'The download works, but this file needs no key: the hub gives it to callers without one too. This says nothing about the key.',
    }
  if (answer.redirected && answer.status < 400)
    return {
      ...hop,
      outcome: 'works',
      means: `The hub redirected to the address of the bytes, and that answered ${answer.status}.`,
    }
  if (answer.redirected) return fails(`The hub redirected, but the address of the bytes answered ${answer.status}.`)
  if (answer.status === 401) return fails('Only accounts may have this file, and the key was not taken.')
  if (answer.status === 403) return fails('The key was taken, but it, or its account, may not have this file.')
  if (answer.status === 404) return fails('There is no such model version, or it has no file.')
  return fails(`The hub did not redirect: it answered ${answer.status}.`)
}

/** What the address of the bytes says to a request for the first 100 of them, without the key. */
export function readRangeHop(answer: Answered): Hop {
  const hop = {
    title: 'Part of the file',
    sent: 'GET the address of the bytes with Range: bytes=0-99',
    status: answer.status,
  }
  if (answer.status === 206 && answer.contentRange?.startsWith('bytes 0-'))
    return { ...hop, outcome: 'works', means: `Downloads can be resumed: ${answer.contentRange}.` }
  if (answer.status === 200)
    return {
      ...hop,
      outcome: 'fails',
      means: 'The whole file came in place of a part: something between takes Range away.',
    }
  if (answer.status === 0) return { ...hop, outcome: 'fails', means: silence }
  return { ...hop, outcome: 'fails', means: `The address of the bytes answered ${answer.status}.` }
}
