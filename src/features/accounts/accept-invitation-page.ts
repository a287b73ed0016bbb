import { actionPage } from './action-page'
import { actionPageTexts } from './action-page-texts'

/** Joins an organization by one click, as whoever is signed in here. */
export const acceptInvitationPage = actionPage({
  texts: actionPageTexts.acceptInvitation,
  path: '/v1/organizations/invitations/accept',
  needsSession: true,
})
