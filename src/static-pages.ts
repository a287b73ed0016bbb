import { type Page, type RenderedPage, renderPage } from '#http/page'
import { renderReferencePage } from '#http/reference-page'
import { acceptInvitationPage } from './features/accounts/accept-invitation-page'
import { cancelErasurePage } from './features/accounts/cancel-erasure-page'
import { collectExportPage } from './features/accounts/collect-export-page'
import { confirmEmailPage } from './features/accounts/confirm-email-page'
import { logInPage } from './features/accounts/log-in-page'
import { resetPasswordPage } from './features/accounts/reset-password-page'
import { secondFactorPage } from './features/accounts/second-factor-page'
import { unlockPage } from './features/accounts/unlock-page'
import { verifyEmailPage } from './features/accounts/verify-email-page'

/** What links in mails open, and what comes after. */
const linkedPages: Record<string, Page> = {
  '/verify-email': verifyEmailPage,
  '/reset-password': resetPasswordPage,
  '/log-in': logInPage,
  '/confirm-email': confirmEmailPage,
  '/unlock': unlockPage,
  '/second-factor': secondFactorPage,
  '/cancel-erasure': cancelErasurePage,
  '/collect-export': collectExportPage,
  '/accept-invitation': acceptInvitationPage,
}

/** Makes the pages that are the same for everyone, by path: assets, which no request makes again. */
export const renderStaticPages = async (): Promise<[path: string, page: RenderedPage][]> => [
  ['/docs', await renderReferencePage()],
  ...(await Promise.all(
    Object.entries(linkedPages).map(
      async ([path, page]): Promise<[string, RenderedPage]> => [path, await renderPage(page)],
    ),
  )),
]
