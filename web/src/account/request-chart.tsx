import { Text } from '@mantine/core'

const height = 32
const barWidth = 5

/** How often a key was used, a bar for each of the last 30 days (UTC). */
export function RequestChart({ requests }: { requests: readonly { day: string; count: number }[] }) {
  const total = requests.reduce((sum, { count }) => sum + count, 0)
  const most = Math.max(1, ...requests.map(({ count }) => count))
  const busiest = requests.find(({ count }) => count === most)
  const words =
    total === 0
      ? 'No requests in the last 30 days'
      : `${total.toLocaleString('en')} ${total === 1 ? 'request' : 'requests'} in the last 30 days`
  return (
    <div>
      <svg
        role="img"
        aria-label={busiest ? `${words}, most on ${busiest.day}: ${most.toLocaleString('en')}` : words}
        viewBox={`0 0 ${requests.length * barWidth} ${height}`}
        width="100%"
        height={height}
        preserveAspectRatio="none"
        style={{ display: 'block', maxWidth: 240 }}
      >
        {requests.map(({ day, count }, index) => {
          const tall = count === 0 ? 1 : Math.max(3, (count / most) * height)
          return (
            <rect
              key={day}
              x={index * barWidth}
              y={height - tall}
              width={barWidth - 1}
              height={tall}
              fill={count === 0 ? 'var(--mantine-color-default-border)' : 'var(--mantine-primary-color-filled)'}
            >
              <title>{`${day}: ${count}`}</title>
            </rect>
          )
        })}
      </svg>
      <Text size="xs" c="dimmed" mt={4} aria-hidden>
        {words}
      </Text>
    </div>
  )
}
