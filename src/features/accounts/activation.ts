import type { Config } from '#core/config'
import type { Activation } from './contract'

/** What an account can do, given whether its address is proved. */
export const toActivation = (mode: Config['EMAIL_VERIFICATION'], emailVerified: boolean): Activation => {
  if (emailVerified) {
    return { isFullyActivated: true, canLogin: true, pendingTasks: [], message: 'Your account is active.' }
  }
  return {
    isFullyActivated: false,
    canLogin: mode === 'optional',
    pendingTasks: ['email_verification'],
    message: 'We sent you a mail. Open the link in it to prove your e-mail address.',
  }
}
