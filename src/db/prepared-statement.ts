import type { Compilable, CompiledQuery, RawBuilder } from 'kysely'
import { sql } from 'kysely'
import { bindParameters, type SqlParameter } from './bind-parameters.ts'

/** Stands in a query for a value that is bound when it runs. */
class Placeholder {
  readonly name: string
  constructor(name: string) {
    this.name = name
  }
}

/** Gives the placeholder of a named value: `where('id', '=', values('id'))`. */
export type BindPlaceholder<Values> = <Name extends keyof Values & string>(name: Name) => RawBuilder<Values[Name]>

/** A query that was built once: its text, and how the values of a call become its parameters. */
export interface PreparedStatement<Values> {
  sql: string
  /** In their order. */
  parameters: readonly SqlParameter[]
  parametersOf(values: Values): unknown[]
}

/** Builds and compiles a query once, so that a request pays for neither. */
export function prepareStatement<Values, Row>(
  build: (values: BindPlaceholder<Values>) => Compilable<Row>,
): PreparedStatement<Values> {
  const compiled: CompiledQuery = build((name) => sql`${new Placeholder(name)}`).compile()
  const parameters = compiled.parameters.map((parameter) =>
    parameter instanceof Placeholder ? { name: parameter.name } : { value: parameter },
  )
  return { sql: compiled.sql, parameters, parametersOf: (values) => bindParameters(parameters, values as object) }
}
