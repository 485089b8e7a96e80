import { relativeTime } from './relative-time'

/** When something was or will be, as people say it; the exact time is what a pointer shows. */
export function PointInTime({ at }: { at: string }) {
  const time = new Date(at)
  return (
    <time dateTime={at} title={time.toLocaleString()}>
      {relativeTime(time, new Date())}
    </time>
  )
}
