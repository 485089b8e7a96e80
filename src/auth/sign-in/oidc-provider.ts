import { type GenericOAuthConfig, genericOAuth } from 'better-auth/plugins/generic-oauth'
import type { Database } from '../../db/database.ts'
import type { BindPlaceholder } from '../../db/prepared-statement.ts'
import type { SignUpPolicy } from '../accounts/sign-up-policy.ts'
import { isReservedUsername, usernameKey } from '../accounts/username.ts'

/** An OpenID Connect provider that people may sign in with (OpenID Connect Core 1.0). */
export interface OidcProvider {
  /** Its issuer identifier; `/.well-known/openid-configuration` below it tells the rest. */
  issuer: string
  clientId: string
  /** Absent: a public client, which proves itself by PKCE alone. */
  clientSecret?: string | undefined
  /** What people know it by. */
  name: string
}

/** The provider's id in addresses: it sends people back to `/api/auth/callback/oidc`. */
export const oidcProviderId = 'oidc'

/** The sessions library's part of signing in with `provider`. */
export const signInWith = ({ issuer, clientId, clientSecret, name }: OidcProvider, signUp: SignUpPolicy) => {
  const provider: GenericOAuthConfig<typeof oidcProviderId> = {
    providerId: oidcProviderId,
    name,
    discoveryUrl: `${issuer.replace(/\/+$/, '')}/.well-known/openid-configuration`,
    requireIdTokenVerification: true,
    clientId,
    ...(clientSecret !== undefined && { clientSecret }),
    scopes: ['openid', 'profile', 'email'],
    disableSignUp: signUp !== 'open',
    // Pictures of other hosts have no place in the hub's pages.
    mapProfileToUser: (profile) => ({ name: claimedName(profile), image: undefined }),
  }
  return { ...genericOAuth({ config: [provider] }), init: withoutAsking(provider) }
}

/**
 * In place of the library's own beginning, which waits for the provider without end, and with it everybody who signs in
 * by whatever way. What is pending it asks for, within 10 seconds, when somebody comes who needs the provider.
 */
const withoutAsking = (provider: GenericOAuthConfig) => () => ({
  context: { genericOAuthPendingDiscovery: new Map([[provider.providerId, provider]]) },
})

/** What a profile calls its person, from the most to the least like a username (OpenID Connect Core 1.0 §5.1). */
function claimedName({ preferred_username, nickname, email, name }: Record<string, unknown>): string {
  const claims = [preferred_username, nickname, typeof email === 'string' ? email.split('@', 1)[0] : undefined, name]
  return claims.find((claim): claim is string => typeof claim === 'string' && usernameFrom(claim) !== '') ?? ''
}

/** The username nearest to what a profile says, which may be empty: letters lose their marks, the rest becomes hyphens. */
export const usernameFrom = (claim: string): string =>
  claim
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^A-Za-z0-9_.-]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, maxDerivedUsernameLength)

/** Leaves room for a number behind it. */
const maxDerivedUsernameLength = 56

/** Finds a username that nobody has, creators whom only sidecars name included, and that is not reserved: the one claimed, or with a number. */
export function freeUsernames(database: Database): (claim: string) => Promise<string> {
  const byKey = database.lookup((query, values: BindPlaceholder<{ key: string }>) =>
    query.selectFrom('account').select('id').where('username_key', '=', values('key')),
  )
  return async (claim) => {
    const wanted = usernameFrom(claim) || 'person'
    for (let number = 1; ; number++) {
      const username = number === 1 ? wanted : `${wanted}-${number}`
      if (isReservedUsername(username)) continue
      if (!(await byKey.first({ key: usernameKey(username) }))) return username
    }
  }
}
