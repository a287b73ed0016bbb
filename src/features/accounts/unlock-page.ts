import { actionPage } from './action-page'
import { actionPageTexts } from './action-page-texts'

/** Lifts the lock that failures put on an account, by one click. */
export const unlockPage = actionPage({ texts: actionPageTexts.unlock, path: '/v1/auth/unlock' })
