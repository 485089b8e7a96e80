import type { Endpoint } from './define.ts'

/** The one list of all endpoints. */
export const endpoints: Endpoint[] = []
