import { actionPage } from './action-page'
import { actionPageTexts } from './action-page-texts'

/** Asks for the new password of who forgot the old one, and tells at the field what is wrong with it. */
export const resetPasswordPage = actionPage({
  texts: actionPageTexts.resetPassword,
  path: '/v1/auth/password/reset',
  asksPassword: true,
})
