import { NativeSelect, SimpleGrid, TextInput } from '@mantine/core'
import type { Parameter } from './operations'
import { wordsOf } from './schema-text'

/** A field for each parameter. Those left empty are not sent. */
export function ParameterFields({
  parameters,
  values,
  onChange,
}: {
  parameters: readonly Parameter[]
  values: Record<string, string>
  onChange: (values: Record<string, string>) => void
}) {
  if (parameters.length === 0) return null
  return (
    <SimpleGrid cols={{ base: 1, xs: 2, lg: 3 }} spacing="sm">
      {parameters.map((parameter) => (
        <Field
          key={parameter.name}
          {...parameter}
          value={values[parameter.name] ?? ''}
          onChange={(value) => onChange({ ...values, [parameter.name]: value })}
        />
      ))}
    </SimpleGrid>
  )
}

function Field({
  name,
  required,
  schema,
  example,
  value,
  onChange,
}: Parameter & { value: string; onChange: (value: string) => void }) {
  const isList = schema.type === 'array'
  const words = schema.type === 'boolean' ? ['true', 'false'] : isList ? [] : wordsOf(schema)
  const common = { label: name, size: 'xs', required, value } as const
  if (words.length > 0)
    return <NativeSelect {...common} data={['', ...words]} onChange={(event) => onChange(event.currentTarget.value)} />
  const sample = example ?? schema.default
  return (
    <TextInput
      {...common}
      placeholder={[...(isList ? wordsOf(schema).slice(0, 2) : [sample ?? []].flat())].join(',')}
      inputMode={schema.type === 'integer' ? 'numeric' : 'text'}
      spellCheck={false}
      autoComplete="off"
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  )
}
