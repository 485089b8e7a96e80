import { Anchor, Blockquote, Code, List, Table, Text, Title, type TitleOrder } from '@mantine/core'
import { lexer, type Token, type Tokens } from 'marked'
import { Fragment, type ReactNode, useMemo } from 'react'
import { TextLink } from '../parts/links'
import { CodeBlock } from './code-block'
import { guides } from './guides'
import { slugOf } from './operations'
import classes from './reference.module.css'
import { Wide } from './wide'

/** Markdown as the hub's texts use it. Elements are made of its tokens, so no HTML in it is ever taken as such. */
export function Markdown({ text, titles = 1 }: { text: string; titles?: number }) {
  const tokens = useMemo(() => lexer(text), [text])
  return <div className={classes.prose}>{blocks(tokens, titles)}</div>
}

const blocks = (tokens: readonly Token[], titles = 1): ReactNode =>
  // biome-ignore lint/suspicious/noArrayIndexKey: a text never changes its order
  tokens.map((token, at) => <Fragment key={at}>{block(token as MarkedToken, titles)}</Fragment>)

type MarkedToken =
  | Tokens.Heading
  | Tokens.Paragraph
  | Tokens.Code
  | Tokens.Table
  | Tokens.List
  | Tokens.Blockquote
  | Tokens.Text
  | Tokens.Hr
  | Tokens.Space

function block(token: MarkedToken, titles: number): ReactNode {
  switch (token.type) {
    case 'heading':
      return <Heading order={Math.min(6, token.depth + titles - 1) as TitleOrder} token={token} />
    case 'paragraph':
      return (
        <Text component="p" inherit>
          {inlines(token.tokens)}
        </Text>
      )
    case 'code':
      return <CodeBlock code={token.text} label="Copy this example" />
    case 'table':
      return <MarkdownTable token={token} />
    case 'list':
      return (
        <List type={token.ordered ? 'ordered' : 'unordered'} withPadding>
          {token.items.map((item) => (
            <List.Item key={item.raw}>{blocks(item.tokens)}</List.Item>
          ))}
        </List>
      )
    case 'blockquote':
      return <Blockquote p="md">{blocks(token.tokens)}</Blockquote>
    case 'text':
      return token.tokens ? inlines(token.tokens) : token.text
    case 'hr':
      return <hr />
    default:
      return null
  }
}

function Heading({ order, token }: { order: TitleOrder; token: Tokens.Heading }) {
  const id = slugOf(token.text)
  return (
    <Title order={order} id={id} className={classes.heading} tabIndex={-1}>
      {inlines(token.tokens)}
      {order > 1 && (
        <TextLink to="." hash={id} className={classes.anchor} aria-label={`Link to ${token.text}`}>
          #
        </TextLink>
      )}
    </Title>
  )
}

function MarkdownTable({ token }: { token: Tokens.Table }) {
  // Tables whose columns need no names have an empty row on top in Markdown.
  const isNamed = token.header.some(({ text }) => text !== '')
  return (
    <Wide label="Table">
      <Table withTableBorder withColumnBorders verticalSpacing="xs">
        {isNamed && (
          <Table.Thead>
            <Table.Tr>
              {token.header.map((cell, at) =>
                cell.text === '' ? (
                  // biome-ignore lint/suspicious/noArrayIndexKey: columns have no other name
                  <Table.Td key={at} />
                ) : (
                  <Table.Th key={cell.text} scope="col">
                    {inlines(cell.tokens)}
                  </Table.Th>
                ),
              )}
            </Table.Tr>
          </Table.Thead>
        )}
        <Table.Tbody>
          {token.rows.map((row, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows may be alike
            <Table.Tr key={at}>
              {row.map((cell, column) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: columns have no other name
                <Table.Td key={column}>{inlines(cell.tokens)}</Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Wide>
  )
}

const inlines = (tokens: readonly Token[] = []): ReactNode =>
  // biome-ignore lint/suspicious/noArrayIndexKey: a text never changes its order
  tokens.map((token, at) => <Fragment key={at}>{inline(token as InlineToken)}</Fragment>)

type InlineToken =
  | Tokens.Strong
  | Tokens.Em
  | Tokens.Codespan
  | Tokens.Link
  | Tokens.Br
  | Tokens.Escape
  | Tokens.Text
  | Tokens.HTML

function inline(token: InlineToken): ReactNode {
  switch (token.type) {
    case 'strong':
      return <strong>{inlines(token.tokens)}</strong>
    case 'em':
      return <em>{inlines(token.tokens)}</em>
    case 'codespan':
      return <Code>{token.text}</Code>
    case 'link':
      return <MarkdownLink href={token.href}>{inlines(token.tokens)}</MarkdownLink>
    case 'br':
      return <br />
    default:
      return token.text
  }
}

/** Links between files lead to their pages here; those to files that have none are text. */
function MarkdownLink({ href, children }: { href: string; children: ReactNode }) {
  if (/^https?:/.test(href))
    return (
      <Anchor href={href} rel="noreferrer" underline="always" inherit>
        {children}
      </Anchor>
    )
  const [path = '', hash] = href.split('#')
  if (path === '' && hash !== undefined)
    return (
      <TextLink to="." hash={hash} underline="always" inherit>
        {children}
      </TextLink>
    )
  const slug = path.replace(/^.*\//, '').replace(/\.md$/, '')
  if (!path.endsWith('.md') || !guides.some((guide) => guide.slug === slug)) return children
  return (
    <TextLink to="/docs/$section" params={{ section: slug }} hash={hash ?? ''} underline="always" inherit>
      {children}
    </TextLink>
  )
}
