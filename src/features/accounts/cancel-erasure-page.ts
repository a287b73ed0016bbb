import { actionPage } from './action-page'
import { actionPageTexts } from './action-page-texts'

/** Takes back the deletion of an account, by one click. */
export const cancelErasurePage = actionPage({
  texts: actionPageTexts.cancelErasure,
  path: '/v1/auth/erasure/cancel',
})
