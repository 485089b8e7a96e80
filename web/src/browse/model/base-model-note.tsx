import { Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { setAsideText } from './base-model-text'
import { baseModelQuery } from './model-queries'

/** Tells of base models that sources name and that the tensors exclude; empty when there are none. */
export function BaseModelNote({ versionId }: { versionId: number }) {
  const { data } = useQuery(baseModelQuery(versionId))
  return data?.setAside.map((name) => (
    <Text key={`${name.source} ${name.key} ${name.baseModel}`} size="xs" c="dimmed">
      {setAsideText(name)}
    </Text>
  ))
}
