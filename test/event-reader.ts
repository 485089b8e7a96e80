/** One event as an EventSource hands it out, its data read as JSON; a comment has no name. */
export interface ReadEvent {
  event: string | undefined
  data: unknown
}

/** Reads server-sent events, comments as well, until the stream ends. */
export async function* readEvents(body: AsyncIterable<Uint8Array | string>): AsyncGenerator<ReadEvent> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of body) {
    text += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true })
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      yield readEvent(text.slice(0, end))
      text = text.slice(end + 2)
    }
  }
  if (text !== '') throw new Error(`the stream ended within an event: ${text}`)
}

function readEvent(block: string): ReadEvent {
  const fields = block.split('\n').map((line) => /^(\w*): ?(.*)$/s.exec(line) ?? [line, '', ''])
  const fieldOf = (name: string) => fields.find(([, field]) => field === name)?.[2]
  const data = fieldOf('data')
  return { event: fieldOf('event'), data: data === undefined ? undefined : JSON.parse(data) }
}
