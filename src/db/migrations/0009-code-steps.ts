/** Which of its authenticator's codes an account has used last. */
export const codeSteps = (): string[] => [`alter table two_factor add column last_step bigint`]
