import { Select } from '@mantine/core'
import type { AuditKind } from './event-words'
import { type accountKinds, readKind } from './kind-groups'

const everything = 'everything'

/** Which kind of entries is shown; undefined is every kind. */
export const KindSelect = ({
  kinds,
  kind,
  onKind,
}: {
  kinds: typeof accountKinds
  kind: AuditKind | undefined
  onKind: (kind: AuditKind | undefined) => void
}) => (
  <Select
    label="Kind"
    data={[{ value: everything, label: 'Everything' }, ...kinds]}
    value={kind ?? everything}
    onChange={(value) => onKind(readKind(value))}
    allowDeselect={false}
    searchable
    nothingFoundMessage="No such kind"
    w={{ base: '100%', xs: 300 }}
  />
)
