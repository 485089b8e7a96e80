/*
 * The one module of the web app that imports from the server's source: rules and names that both sides must share.
 * Everything here is free of Node.js.
 */
export { auditKinds } from '../../../src/audit/kinds.ts'
export type { AccessObstacle, AccessPolicy } from '../../../src/auth/access-policy.ts'
export { type ScopeName, scopeNames, scopePresets, scopes } from '../../../src/auth/scopes.ts'
