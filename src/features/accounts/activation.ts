import type { Config } from '#core/config'
import type { Activation } from './contract'

/** What an account can do whose address is not proved. */
export const unprovedActivation = (mode: Config['EMAIL_VERIFICATION']): Activation => ({
  isFullyActivated: false,
  canLogin: mode === 'optional',
  pendingTasks: ['email_verification'],
  message: 'We sent you a mail. Open the link in it to prove your e-mail address.',
})

interface Proved {
  hasPassword: boolean
  /** Whether the current terms are not accepted: they changed since the registration. */
  owesAcceptance: boolean
}

const messageOf = ({ hasPassword, owesAcceptance }: Proved): string => {
  if (!hasPassword) return 'Your address is proved. Choose a password by “forgot password”, or log in by mail.'
  return owesAcceptance
    ? 'Your address is proved. Our terms have changed: accept them next.'
    : 'Your account is active.'
}

/** What an account can do whose address is proved. */
export const provedActivation = ({ hasPassword, owesAcceptance }: Proved): Activation => ({
  isFullyActivated: hasPassword && !owesAcceptance,
  canLogin: true,
  pendingTasks: [
    ...(hasPassword ? [] : ['password_setup' as const]),
    ...(owesAcceptance ? ['terms_acceptance' as const] : []),
  ],
  message: messageOf({ hasPassword, owesAcceptance }),
})
