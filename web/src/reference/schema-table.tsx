import { Code, Table, Text } from '@mantine/core'
import type { Schema } from './operations'
import { useReference } from './reference'
import { boundsOf, kindOf, membersOf, resolved, wordsOf } from './schema-text'
import { Wide } from './wide'

/** The members of a body, nested ones indented below theirs. */
export function SchemaTable({ schema }: { schema: Schema }) {
  const { schemas } = useReference().document.components
  const rows = membersOf(schema, schemas)
  if (rows.length === 0)
    return <Text size="sm">{[kindOf(resolved(schema, schemas)), ...boundsOf(schema)].join(', ')}</Text>
  return (
    <Wide label="Members of the body">
      <Table verticalSpacing={6} withTableBorder>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Member</Table.Th>
            <Table.Th scope="col">Value</Table.Th>
            <Table.Th scope="col">Meaning</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map(({ name, level, required, schema: member }, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: members of different parts share names
            <Table.Tr key={at}>
              <Table.Td style={{ paddingInlineStart: `${0.6 + level * 1.1}rem` }}>
                <Code>{name}</Code>
                {!required && (
                  <Text span size="xs" c="dimmed">
                    {' '}
                    optional
                  </Text>
                )}
              </Table.Td>
              <Table.Td>
                <Text size="sm">{[kindOf(member), ...boundsOf(member)].join(', ')}</Text>
              </Table.Td>
              <Table.Td>
                <Text size="sm">{resolved(member, schemas).description}</Text>
                {wordsOf(member).length > 0 && (
                  <Text size="xs" c="dimmed">
                    One of {wordsOf(member).join(', ')}
                  </Text>
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Wide>
  )
}
