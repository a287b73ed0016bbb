import type { Mail } from '#core/platform'
import { greeting, renderMail } from './layout'

/** Tells an owner that someone tried to register with their address. */
export const alreadyRegisteredMail = ({ to, name }: Record<'to' | 'name', string>): Mail =>
  renderMail(
    to,
    'already-registered',
    { name },
    {
      subject: 'You already have an account',
      paragraphs: [
        greeting(name),
        'Someone tried to register with this address, but it has an account. If it was you, log in instead.',
        'If it was not you, there is nothing to do: your account is as it was.',
      ],
    },
  )
