import '@mantine/charts/styles.css'
import { BarChart } from '@mantine/charts'
import { Text, Title } from '@mantine/core'

const most = 25

/** How often the captions of the training pictures name what. */
export function TagChart({ tags }: { tags: readonly { tag: string; count: number }[] }) {
  const shown = tags
    .slice(0, most)
    .map(({ tag, count }) => ({ tag: tag.length > 28 ? `${tag.slice(0, 27)}…` : tag, count }))
  return (
    <section aria-label="Training tags">
      <Title order={3} size="h5" mb="xs">
        Training tags
      </Title>
      {tags.length > most && (
        <Text size="xs" c="dimmed" mb="xs">
          The {most} most frequent of {tags.length}.
        </Text>
      )}
      <BarChart
        h={Math.max(120, shown.length * 26 + 40)}
        data={shown}
        dataKey="tag"
        orientation="vertical"
        series={[{ name: 'count', label: 'Pictures', color: 'indigo.6' }]}
        gridAxis="x"
        barProps={{ radius: 3 }}
        yAxisProps={{ width: 150 }}
      />
      <table className="visually-hidden">
        <caption>Training tags</caption>
        <tbody>
          {tags.slice(0, most).map(({ tag, count }) => (
            <tr key={tag}>
              <th scope="row">{tag}</th>
              <td>{count}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
