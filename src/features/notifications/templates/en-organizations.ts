import { brand, formatInstant, type OrganizationTexts } from './mail-texts'

const instant = (text: string) => formatInstant('en', text)
const organization = (name: string) => (name ? `the organization “${name}”` : 'an organization')

export const enOrganizations: OrganizationTexts = {
  invitation: {
    subject: 'You are invited to an organization',
    opening: ({ detail, until }) => [
      `Somebody invited you to ${organization(detail)} at ${brand}. Open the link until ${instant(until)} to join it, signed in with an account that has this address.`,
    ],
    button: 'Join',
    closing: [
      'If you have no account with this address yet, register first, and then open the link.',
      'If you do not want to join, there is nothing to do.',
    ],
  },
}
