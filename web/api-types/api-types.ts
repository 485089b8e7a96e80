import openapiTypescript, { astToString, COMMENT_HEADER } from 'openapi-typescript'
import { endpoints } from '../../src/endpoints/index.ts'
import { describeApi } from '../../src/openapi/document.ts'

/** Where the types lie that the web app's client is made with. */
export const apiTypesFile = new URL('../src/api/schema.d.ts', import.meta.url)

/** The types of every endpoint's parameters, bodies and answers, as TypeScript. They hold for any origin and version. */
export async function apiTypes(): Promise<string> {
  const document = describeApi(endpoints, { version: '0' })('http://127.0.0.1:3333')
  // As text: the library's own type of a document knows no extensions.
  const tree = await openapiTypescript(JSON.stringify(document), { defaultNonNullable: false })
  return `${COMMENT_HEADER}${astToString(tree)}`
}
