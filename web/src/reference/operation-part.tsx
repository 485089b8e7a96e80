import { Button, Group, Paper, Skeleton, Stack, Text, Title } from '@mantine/core'
import { PlayIcon } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { TextLink } from '../parts/links'
import { CategoryBadge } from './category-badge'
import { Markdown } from './markdown'
import { OperationFacts } from './operation-facts'
import type { Operation } from './operations'
import { ParameterTable } from './parameter-table'
import classes from './reference.module.css'
import { MediaPart, ResponseParts } from './response-parts'

const TryIt = lazy(() => import('./try-it'))

/** All that there is to say of one operation, and a way to try it. */
export function OperationPart({ operation }: { operation: Operation }) {
  const { operationId, method, path, summary, description, parameters = [], requestBody, responses } = operation
  const [isTrying, setIsTrying] = useState(false)
  const bodies = Object.entries(requestBody?.content ?? {})
  return (
    <Paper component="section" withBorder p={{ base: 'sm', sm: 'lg' }} aria-labelledby={operationId}>
      <Stack>
        <Stack gap={6}>
          <Group justify="space-between" wrap="nowrap" align="start">
            <Title order={2} size="h4" id={operationId} className={classes.heading} tabIndex={-1}>
              {summary}
              <TextLink to="." hash={operationId} className={classes.anchor} aria-label={`Link to ${summary}`}>
                #
              </TextLink>
            </Title>
            <CategoryBadge category={operation['x-category']} />
          </Group>
          <Text className={classes.path}>
            <strong>{method}</strong> {path}
          </Text>
        </Stack>
        {description && <Markdown text={description} titles={3} />}
        <OperationFacts operation={operation} />
        <Button
          variant={isTrying ? 'default' : 'light'}
          size="sm"
          style={{ alignSelf: 'start' }}
          leftSection={<PlayIcon size={16} />}
          aria-expanded={isTrying}
          aria-describedby={operationId}
          onClick={() => setIsTrying(!isTrying)}
        >
          {isTrying ? 'Close' : 'Try it'}
        </Button>
        {isTrying && (
          <Suspense fallback={<Skeleton height={260} />}>
            <TryIt operation={operation} />
          </Suspense>
        )}
        {parameters.length > 0 && (
          <Stack gap="xs">
            <Title order={3} size="h6">
              Parameters
            </Title>
            <ParameterTable parameters={parameters} />
          </Stack>
        )}
        {bodies.length > 0 && (
          <Stack gap="xs">
            <Title order={3} size="h6">
              Request body
            </Title>
            {bodies.map(([type, media]) => (
              <MediaPart key={type} type={type} media={media} />
            ))}
          </Stack>
        )}
        <ResponseParts responses={responses} />
      </Stack>
    </Paper>
  )
}
