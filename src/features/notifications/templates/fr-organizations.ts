import { brand, formatInstant, type OrganizationTexts } from './mail-texts'

const instant = (text: string) => formatInstant('fr', text)
const organization = (name: string) => (name ? `l’organisation « ${name} »` : 'une organisation')

export const frOrganizations: OrganizationTexts = {
  invitation: {
    subject: 'Vous êtes invité dans une organisation',
    opening: ({ detail, until }) => [
      `Quelqu’un vous a invité sur ${brand} dans ${organization(detail)}. Ouvrez le lien avant le ${instant(until)} pour la rejoindre, en étant connecté avec un compte qui a cette adresse.`,
    ],
    button: 'Rejoindre',
    closing: [
      'Si vous n’avez pas encore de compte avec cette adresse, inscrivez-vous d’abord, puis ouvrez le lien.',
      'Si vous ne voulez pas la rejoindre, vous n’avez rien à faire.',
    ],
  },
}
