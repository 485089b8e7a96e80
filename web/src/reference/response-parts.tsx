import { Accordion, Code, Group, Stack, Text, Title } from '@mantine/core'
import { CodeBlock } from './code-block'
import { Markdown } from './markdown'
import type { MediaType, ResponseDescription } from './operations'
import classes from './reference.module.css'
import { SchemaTable } from './schema-table'

/** What may come back, successes and errors, each opened by itself. */
export function ResponseParts({ responses }: { responses: Record<string, ResponseDescription> }) {
  const all = Object.entries(responses)
  const successes = all.filter(([status]) => Number(status) < 400)
  const errors = all.filter(([status]) => Number(status) >= 400)
  return (
    <>
      <Statuses title="Responses" responses={successes} />
      {errors.length > 0 && <Statuses title="Errors" responses={errors} />}
    </>
  )
}

function Statuses({ title, responses }: { title: string; responses: readonly [string, ResponseDescription][] }) {
  return (
    <Stack gap="xs">
      <Title order={3} size="h6">
        {title}
      </Title>
      <Accordion multiple variant="contained" keepMounted={false} order={4}>
        {responses.map(([status, response]) => (
          <Accordion.Item key={status} value={status}>
            <Accordion.Control>
              <Group gap="sm" wrap="nowrap" align="baseline">
                <Code fw={700}>{status}</Code>
                <Text size="sm">{response.description}</Text>
              </Group>
            </Accordion.Control>
            <Accordion.Panel>
              <ResponseBody {...response} />
            </Accordion.Panel>
          </Accordion.Item>
        ))}
      </Accordion>
    </Stack>
  )
}

function ResponseBody({ headers = {}, content = {} }: ResponseDescription) {
  const named = Object.entries(headers)
  return (
    <Stack gap="sm">
      {named.length > 0 && (
        <dl className={classes.facts}>
          {named.map(([name, { description, example }]) => (
            <div key={name} style={{ display: 'contents' }}>
              <dt>{name}</dt>
              <dd>
                {description} {example !== undefined && <Code>{example}</Code>}
              </dd>
            </div>
          ))}
        </dl>
      )}
      {Object.entries(content).map(([type, media]) => (
        <MediaPart key={type} type={type} media={media} />
      ))}
      {named.length === 0 && Object.keys(content).length === 0 && (
        <Text size="sm" c="dimmed">
          No body.
        </Text>
      )}
    </Stack>
  )
}

/** A body of one media type: examples first, then every member. */
export function MediaPart({ type, media }: { type: string; media: MediaType }) {
  const examples = media.examples
    ? Object.values(media.examples).map(({ value }) => value)
    : media.example === undefined
      ? []
      : [media.example]
  return (
    <Stack gap="xs">
      <Text size="sm" c="dimmed">
        {type}
      </Text>
      {examples.map((example) => {
        const code = JSON.stringify(example, null, 2)
        return <CodeBlock key={code} code={code} label="Copy this example" />
      })}
      {media.schema.description && !media.schema.properties && <Markdown text={media.schema.description} />}
      <SchemaTable schema={media.schema} />
    </Stack>
  )
}
