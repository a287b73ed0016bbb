import { brand, formatInstant, type OrganizationTexts } from './mail-texts'

const instant = (text: string) => formatInstant('es', text)
const organization = (name: string) => (name ? `la organización «${name}»` : 'una organización')

export const esOrganizations: OrganizationTexts = {
  invitation: {
    subject: 'Tiene una invitación a una organización',
    opening: ({ detail, until }) => [
      `Alguien le ha invitado en ${brand} a ${organization(detail)}. Abra el enlace antes del ${instant(until)} para unirse, con la sesión iniciada en una cuenta que tenga esta dirección.`,
    ],
    button: 'Unirme',
    closing: [
      'Si todavía no tiene una cuenta con esta dirección, regístrese primero y después abra el enlace.',
      'Si no quiere unirse, no tiene que hacer nada.',
    ],
  },
}
