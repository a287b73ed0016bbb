import { brand, formatInstant, type OrganizationTexts } from './mail-texts'

const instant = (text: string) => formatInstant('de', text)
const organization = (name: string) => (name ? `die Organisation „${name}“` : 'eine Organisation')

export const deOrganizations: OrganizationTexts = {
  invitation: {
    subject: 'Sie sind in eine Organisation eingeladen',
    opening: ({ detail, until }) => [
      `Jemand hat Sie bei ${brand} in ${organization(detail)} eingeladen. Öffnen Sie bis ${instant(until)} den Link, um beizutreten, angemeldet mit einem Konto, das diese Adresse hat.`,
    ],
    button: 'Beitreten',
    closing: [
      'Wenn Sie mit dieser Adresse noch kein Konto haben, registrieren Sie sich zuerst und öffnen Sie dann den Link.',
      'Wenn Sie nicht beitreten möchten, brauchen Sie nichts zu tun.',
    ],
  },
}
