import type { Config } from '#core/config'

/** Who must have a second factor, for `mustHaveSecondFactor`. */
export type SecondFactorPolicy = {
  secondFactorForAll: boolean
  /** JSON: a list of roles. */
  secondFactorRoles: string
}

/** The policy of the settings as a statement takes it. */
export const secondFactorPolicy = ({ MFA_POLICY, MFA_REQUIRED_ROLES }: Config): SecondFactorPolicy => ({
  secondFactorForAll: MFA_POLICY === 'required',
  secondFactorRoles: JSON.stringify(MFA_REQUIRED_ROLES),
})
