import { createContext, useContext } from 'react'
import type { ApiDocument, Resource } from './operations'

/** What every page of the reference works with. */
export interface Reference {
  document: ApiDocument
  resources: readonly Resource[]
  /** A token that the reader pasted to try things with: in memory alone, gone with the pages of the reference. */
  token: string
  setToken: (token: string) => void
}

export const ReferenceContext = createContext<Reference | undefined>(undefined)

/** @throws outside of the reference's frame */
export function useReference(): Reference {
  const reference = useContext(ReferenceContext)
  if (!reference) throw new Error('there is no reference around this')
  return reference
}
