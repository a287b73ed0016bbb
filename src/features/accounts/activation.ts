import type { Config } from '#core/config'
import type { Activation } from './contract'

/** What an account can do whose address is not proved. */
export const unprovedActivation = (mode: Config['EMAIL_VERIFICATION']): Activation => ({
  isFullyActivated: false,
  canLogin: mode === 'optional',
  pendingTasks: ['email_verification'],
  message: 'We sent you a mail. Open the link in it to prove your e-mail address.',
})

/** What an account can do whose address is proved. */
export const provedActivation = ({ hasPassword }: { hasPassword: boolean }): Activation =>
  hasPassword
    ? { isFullyActivated: true, canLogin: true, pendingTasks: [], message: 'Your account is active.' }
    : {
        isFullyActivated: false,
        canLogin: true,
        pendingTasks: ['password_setup'],
        message: 'Your address is proved. Choose a password by “forgot password”, or log in by mail.',
      }
