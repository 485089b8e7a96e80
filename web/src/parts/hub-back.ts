import { useEffect, useEffectEvent } from 'react'

/** Pause between two requests that look whether the hub is back, in milliseconds. */
const pauseMs = 3000

/** Whether the hub answers at all. */
export const hubAnswers = (): Promise<boolean> =>
  fetch('/api/v1/hub', { cache: 'no-store' }).then(
    ({ ok }) => ok,
    () => false,
  )

/** While `isLost`, asks the hub every few seconds, and calls `onBack` once it answers. */
export function useHubBack(isLost: boolean, onBack: () => void): void {
  const back = useEffectEvent(onBack)
  useEffect(() => {
    if (!isLost) return
    let isOver = false
    let timer: ReturnType<typeof setTimeout>
    const look = async () => {
      const answers = await hubAnswers()
      if (isOver) return
      if (answers) back()
      // What was loaded may fail once more while the hub starts: it is asked again then.
      timer = setTimeout(look, pauseMs)
    }
    timer = setTimeout(look, pauseMs)
    return () => {
      isOver = true
      clearTimeout(timer)
    }
  }, [isLost])
}
