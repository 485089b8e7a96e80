import { Alert, Button, Group, Paper, Stack, Textarea } from '@mantine/core'
import { SendIcon } from 'lucide-react'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { useViewer } from '../api/viewer'
import { CodeBlock } from './code-block'
import { mayChange, type Operation } from './operations'
import { ParameterFields } from './parameter-fields'
import { useReference } from './reference'
import { type Received, send } from './send'
import { SureDialog } from './sure-dialog'
import { TryAnswer } from './try-answer'
import { TryCaller } from './try-caller'
import { type Caller, curlOf, type Filled, missingIn, requestOf } from './try-request'

/** Sends a request of the reader's making and shows what comes back. Nothing of it outlives the page. */
export default function TryIt({ operation }: { operation: Operation }) {
  const { document, token } = useReference()
  const viewer = useViewer()
  const [values, setValues] = useState(() => examplesOf(operation))
  const [body, setBody] = useState(() => bodyOf(operation))
  const [chosen, setCaller] = useState<Caller>()
  const [isAsking, setIsAsking] = useState(false)
  const { received, failure, isSending, start, stop } = useSending()
  const caller = chosen ?? (viewer ? 'session' : 'anonymous')
  const filled: Filled = { values, body, caller, token }
  const missing = [
    ...missingIn(operation, filled),
    ...((caller === 'header' || caller === 'query') && token.trim() === '' ? ['the token'] : []),
  ]
  const go = () => {
    setIsAsking(false)
    void start(operation, filled)
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (mayChange(operation)) setIsAsking(true)
    else go()
  }
  return (
    <Paper component="form" withBorder p={{ base: 'sm', sm: 'md' }} onSubmit={submit} bg="var(--mantine-color-body)">
      <Stack>
        <TryCaller caller={caller} onChange={setCaller} viewer={viewer?.username} />
        <ParameterFields parameters={operation.parameters ?? []} values={values} onChange={setValues} />
        {operation.requestBody && (
          <Textarea
            label="Body (JSON)"
            autosize
            minRows={3}
            maxRows={16}
            value={body}
            spellCheck={false}
            styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
            onChange={(event) => setBody(event.currentTarget.value)}
          />
        )}
        <CodeBlock code={curlOf(operation, filled, document.servers[0]?.url ?? location.origin)} label="Copy as curl" />
        <Group gap="sm">
          <Button type="submit" leftSection={<SendIcon size={16} />} disabled={missing.length > 0 || isSending}>
            Send
          </Button>
          {isSending && (
            <Button variant="default" onClick={stop}>
              Stop
            </Button>
          )}
          {missing.length > 0 && <span>Fill in {missing.join(', ')}.</span>}
        </Group>
        <div aria-live="polite">
          {failure !== undefined && (
            <Alert color="red" variant="light">
              {failure}
            </Alert>
          )}
          {received && <TryAnswer received={received} isSending={isSending} />}
        </div>
      </Stack>
      <SureDialog
        opened={isAsking}
        onClose={() => setIsAsking(false)}
        onYes={go}
        request={`${operation.method} ${requestOf(operation, { ...filled, caller: 'anonymous' }).target}`}
      />
    </Paper>
  )
}

/** One request at a time; leaving the page ends it. */
function useSending() {
  const [received, setReceived] = useState<Received>()
  const [failure, setFailure] = useState<string>()
  const [isSending, setIsSending] = useState(false)
  const aborting = useRef<AbortController>(undefined)
  useEffect(() => () => aborting.current?.abort(), [])
  const start = async (operation: Operation, filled: Filled) => {
    const controller = new AbortController()
    aborting.current = controller
    setReceived(undefined)
    setFailure(undefined)
    setIsSending(true)
    try {
      setReceived(await send(requestOf(operation, filled), { signal: controller.signal, onText: setReceived }))
    } catch (reason) {
      if (!controller.signal.aborted)
        setFailure(
          reason instanceof TypeError && !/header/i.test(reason.message)
            ? 'No answer that this page may read: the hub cannot be reached, or the request ended on another origin.'
            : String(reason),
        )
    } finally {
      setIsSending(false)
    }
  }
  return { received, failure, isSending, start, stop: () => aborting.current?.abort() }
}

/** What the document gives as examples for what must be filled in. */
const examplesOf = ({ parameters = [] }: Operation): Record<string, string> =>
  Object.fromEntries(
    parameters
      .filter(({ required, example }) => required && example !== undefined)
      .map(({ name, example }) => [name, [example].flat().join(',')]),
  )

function bodyOf({ requestBody }: Operation): string {
  const [media] = Object.values(requestBody?.content ?? {})
  return JSON.stringify(media?.example ?? {}, null, 2)
}
