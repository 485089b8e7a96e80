/*
 * Rows that a query nested into one JSON text (`SqlDialect.jsonRowsOf`): arrays of values, which get their names here.
 */

/** The rows of a text, under the names of its query's columns. */
export const jsonRows = <Row>(text: string, names: readonly (keyof Row & string)[]): Row[] =>
  namedRows<Row>(JSON.parse(text) as unknown[][], names)

/** Rows that were nested within others. */
export const namedRows = <Row>(rows: readonly (readonly unknown[])[], names: readonly (keyof Row & string)[]): Row[] =>
  rows.map((values) => {
    const row: Record<string, unknown> = {}
    for (let index = 0; index < names.length; index++) row[names[index] as string] = values[index]
    return row as Row // the query selects these columns
  })

/** The names that columns such as `model.id` come out under. */
export const columnNames = <Names extends readonly string[]>(columns: Names) =>
  columns.map((column) => column.slice(column.indexOf('.') + 1)) as NameOf<Names[number]>[]

type NameOf<Column extends string> = Column extends `${string}.${infer Name}` ? Name : Column
