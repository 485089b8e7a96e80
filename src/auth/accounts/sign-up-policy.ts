/** Who may make an account of their own: nobody, whoever an owner invites, everybody. */
export const signUpPolicies = ['off', 'invitation', 'open'] as const
export type SignUpPolicy = (typeof signUpPolicies)[number]
