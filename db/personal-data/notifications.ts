import type { bouncedAddresses, mailboxMessages, messages } from '../schema/notifications'
import type { MarksOf } from './marks'

/** What the mails say is secret: links that open doors, maybe to an address that the account only asked for. */
export const mailboxMessageMarks: MarksOf<typeof mailboxMessages> = {
  table: 'mailbox_message',
  what: 'Mails to you that a development server kept instead of sending them.',
  key: ['id'],
  owner: { address: 'to' },
  erasure: 'delete',
  columns: {
    id: 'pseudonymous',
    to: 'personal',
    subject: 'personal',
    text: 'secret',
    html: 'secret',
    template: 'personal',
    data: 'secret',
    sent_at: 'personal',
  },
}

export const messageMarks: MarksOf<typeof messages> = {
  table: 'message',
  what: 'Mails that were sent to you, and what became of each.',
  key: ['id'],
  owner: { account: 'user_id', address: 'recipient' },
  erasure: 'delete',
  columns: {
    id: 'pseudonymous',
    user_id: 'pseudonymous',
    recipient: 'personal',
    template: 'personal',
    locale: 'personal',
    state: 'personal',
    sealed_values: 'secret',
    attempts: 'personal',
    provider_id: 'personal',
    failure: 'personal',
    queued_at: 'personal',
    sent_at: 'personal',
    failed_at: 'personal',
  },
}

export const bouncedAddressMarks: MarksOf<typeof bouncedAddresses> = {
  table: 'bounced_address',
  what: 'That mail to your address came back, so that none is sent there.',
  key: ['email'],
  owner: { address: 'email' },
  erasure: 'delete',
  columns: { email: 'personal', reason: 'personal', bounced_at: 'personal' },
}
