import { actionPage } from './action-page'
import { actionPageTexts } from './action-page-texts'

/** Logs in by one click, with the tokens in cookies; says as whom, since the link may be somebody else's. */
export const logInPage = actionPage({
  texts: actionPageTexts.logIn,
  path: '/v1/auth/email-link/consume',
  body: { transport: 'cookie' },
})
