import type { Mail } from '#core/platform'
import { greeting, renderMail } from './layout'

/** Asks the owner of a new account to prove the address. */
export const verifyEmailMail = ({ to, name, link, token }: Record<'to' | 'name' | 'link' | 'token', string>): Mail =>
  renderMail(
    to,
    'verify-email',
    { name, link, token },
    {
      subject: 'Prove your e-mail address',
      paragraphs: [
        greeting(name),
        'Someone, most likely you, registered with this address. Open the link within 24 hours to show that it is yours.',
        'If it was not you, do nothing: without the link nobody can use your address.',
      ],
      action: { label: 'Prove my address', link },
    },
  )
