import { useSyncExternalStore } from 'react'

/** What is done with pictures above PG: this browser's own choice. */
export const matureChoices = [
  ['hidden', 'Hidden'],
  ['blurred', 'Blurred'],
  ['shown', 'Shown'],
] as const
export type MatureChoice = (typeof matureChoices)[number][0]

const key = 'modelkeep-mature'
const listeners = new Set<() => void>()

export function chooseMature(choice: MatureChoice): void {
  try {
    localStorage.setItem(key, choice)
  } catch {
    // A browser that keeps nothing keeps the usual choice.
  }
  for (const listener of listeners) listener()
}

/** The choice that holds, as it is now: another tab of this browser may change it. */
export const useMatureChoice = (): MatureChoice => useSyncExternalStore(subscribe, matureChoice)

export function matureChoice(): MatureChoice {
  try {
    const kept = localStorage.getItem(key)
    return matureChoices.find(([choice]) => choice === kept)?.[0] ?? 'blurred'
  } catch {
    return 'blurred'
  }
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  addEventListener('storage', listener)
  return () => {
    listeners.delete(listener)
    removeEventListener('storage', listener)
  }
}
