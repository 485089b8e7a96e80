import { Code } from '@mantine/core'
import { categoryMeanings } from './category-badge'
import type { Operation } from './operations'
import classes from './reference.module.css'

/** What follows from the category of an operation: who may, who may read it in a browser, and which cache may keep it. */
export function OperationFacts({ operation }: { operation: Operation }) {
  const { 'x-category': category, 'x-scope': scope, 'x-owner': owner, 'x-caching': caching, 'x-cors': cors } = operation
  const { security } = operation
  const sessionOnly = security.every((way) => 'session' in way)
  const refuses = category === 'authenticated'
  return (
    <dl className={classes.facts}>
      <dt>Category</dt>
      <dd>{categoryMeanings[category]}</dd>
      <dt>Scope</dt>
      <dd>
        <Code>{scope}</Code> {refuses ? 'or the answer is 403' : 'or the answer is as to nobody'}
      </dd>
      {owner && (
        <>
          <dt>Account</dt>
          <dd>Only owners of this hub{sessionOnly && ', signed in at its pages: a token is refused'}</dd>
        </>
      )}
      <dt>Cache, anonymous</dt>
      <dd>
        <Code>{caching.anonymous}</Code>
      </dd>
      <dt>Cache, with a token</dt>
      <dd>
        <Code>{caching.withToken}</Code>
      </dd>
      <dt>CORS</dt>
      <dd>
        {cors.anonymous === '*' ? 'Any origin without credentials' : `${sentence(cors.anonymous)} without credentials`};{' '}
        {cors.withCredentials} with them
      </dd>
    </dl>
  )
}

const sentence = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)
