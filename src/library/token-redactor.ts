import { redactTokens, tokensInText } from '../auth/tokens/token-format.ts'
import type { ModelHeader } from './headers/tensors.ts'

/** Tokens that stand in a file. Their texts are for telling their owners, and nothing else. */
export interface FoundTokens {
  path: string
  tokens: string[]
}

/**
 * Every text that is imported passes through: secrets of tokens stay behind, and are told of once. What is no token of any hub
 * is hidden as well, as it may be one that was mistyped.
 */
export interface TokenSieve {
  /** A text of a file without the secrets in it. It has to be whole: half a token is not told from other text. */
  clean(path: string, text: string): string
  /** Has tokens told of that were found otherwise. */
  note(path: string, tokens: readonly string[]): void
  found(): FoundTokens[]
}

/** More of them in one file tell nobody more. */
const maxTokens = 1000

export function openTokenSieve(): TokenSieve {
  const found = new Map<string, Set<string>>()
  const sieve: TokenSieve = {
    clean(path, text) {
      sieve.note(path, tokensInText(text))
      return redactTokens(text)
    },
    note(path, tokens) {
      if (tokens.length > 0) found.set(path, new Set([...(found.get(path) ?? []), ...tokens].slice(0, maxTokens)))
    },
    found: () => [...found].map(([path, tokens]) => ({ path, tokens: [...tokens] })),
  }
  return sieve
}

/** A header with every text in it cleaned: its metadata, and the names of its tensors. */
export function cleanHeader(header: ModelHeader, clean: (text: string) => string = redactTokens): ModelHeader {
  const metadata = Object.entries(header.metadata).map(([name, value]) => [clean(name), clean(value)])
  const tensors = header.tensors.map((tensor) => {
    const name = clean(tensor.name)
    return name === tensor.name ? tensor : { ...tensor, name }
  })
  const problems = header.problems?.map((problem) => clean(problem))
  return { ...header, metadata: Object.fromEntries(metadata), tensors, ...(problems && { problems }) }
}
