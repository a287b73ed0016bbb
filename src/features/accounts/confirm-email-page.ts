import { actionPage } from './action-page'
import { actionPageTexts } from './action-page-texts'

/** Moves an account to the new address, which the link was mailed to, by one click. */
export const confirmEmailPage = actionPage({ texts: actionPageTexts.confirmEmail, path: '/v1/me/email/change/confirm' })
