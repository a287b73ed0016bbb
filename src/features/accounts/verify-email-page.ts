import { actionPage } from './action-page'
import { actionPageTexts } from './action-page-texts'

/** Proves the address of a new account by one click. */
export const verifyEmailPage = actionPage({ texts: actionPageTexts.verifyEmail, path: '/v1/auth/email/verify' })
