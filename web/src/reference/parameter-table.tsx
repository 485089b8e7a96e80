import { Code, Table, Text } from '@mantine/core'
import { Markdown } from './markdown'
import type { Parameter } from './operations'
import { boundsOf, kindOf, wordsOf } from './schema-text'
import { Wide } from './wide'

/** What goes into the path and the query of a request. */
export function ParameterTable({ parameters }: { parameters: readonly Parameter[] }) {
  return (
    <Wide label="Parameters">
      <Table verticalSpacing="xs" withTableBorder>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Name</Table.Th>
            <Table.Th scope="col">Value</Table.Th>
            <Table.Th scope="col">Meaning</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {parameters.map((parameter) => (
            <Row key={`${parameter.in} ${parameter.name}`} {...parameter} />
          ))}
        </Table.Tbody>
      </Table>
    </Wide>
  )
}

function Row({ name, in: place, required, description, schema, example }: Parameter) {
  const words = wordsOf(schema)
  const rules = [
    ...boundsOf(schema),
    ...(schema.default === undefined ? [] : [`default ${JSON.stringify(schema.default)}`]),
  ]
  return (
    <Table.Tr>
      <Table.Td>
        <Code>{name}</Code>
        <Text size="xs" c="dimmed">
          {place}
          {required && ', required'}
        </Text>
      </Table.Td>
      <Table.Td>
        <Text size="sm">{kindOf(schema)}</Text>
        {rules.length > 0 && (
          <Text size="xs" c="dimmed">
            {rules.join(', ')}
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        {description && <Markdown text={description} />}
        {words.length > 0 && (
          <Text size="xs" c="dimmed">
            One of {words.join(', ')}
          </Text>
        )}
        {example !== undefined && (
          <Text size="xs" c="dimmed">
            Example: {[example].flat().join(',')}
          </Text>
        )}
      </Table.Td>
    </Table.Tr>
  )
}
