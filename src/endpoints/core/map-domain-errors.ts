import { DomainError, ForbiddenError } from '../../auth/errors.ts'
import type { AttemptKind } from '../../rate-limit/attempt-limiter.ts'
import type { EndpointRequest } from './define.ts'
import { EndpointError, invalid } from './errors.ts'

/** Does `work`; what is refused answers 403 where the caller may not, and 400 where what was asked for is wrong. */
export async function withDomainErrors<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof ForbiddenError) throw new EndpointError({ kind: 'forbidden', body: { error: error.message } })
    throw error instanceof DomainError ? invalid(error.message) : error
  }
}

/** What {@link withDomainErrors} answers with, for the reference. */
export const notAllowed = (error: string) => ({ kind: 'forbidden', body: { error } }) as const

/** Counts an attempt at a secret; call it before the secret is checked. */
export async function limitAttempts(
  kind: AttemptKind,
  { attempts, address }: Pick<EndpointRequest<'public', unknown, unknown, unknown>, 'attempts' | 'address'>,
): Promise<void> {
  const { admitted } = await attempts.admit(kind, address)
  if (!admitted) throw new EndpointError({ kind: 'tooManyAttempts' })
}
