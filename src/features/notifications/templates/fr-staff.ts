import { brand, type StaffTexts } from './mail-texts'

export const frStaff: StaffTexts = {
  'factors-reset': {
    subject: 'Des moyens de connexion ont été retirés de votre compte',
    opening: () => [
      `Notre équipe a retiré les seconds facteurs de votre compte ${brand}\u00a0: applications d’authentification, clés d’accès et codes de récupération. Toutes les sessions sont fermées. Connectez-vous avec votre mot de passe, ou avec un e-mail, et configurez-en un nouveau.`,
    ],
    closing: ['Si vous ne l’avez pas demandé, contactez-nous immédiatement.'],
  },
  impersonated: {
    subject: 'Notre équipe a agi dans votre compte',
    opening: ({ detail }) => [
      `Quelqu’un de notre équipe a agi dans votre compte ${brand}, pour une durée limitée. Cette personne voit ce que vous voyez, mais ne peut rien changer à vos moyens de connexion. Vous le trouverez dans l’activité de votre compte et pouvez y mettre fin dans les sessions.`,
      ...(detail ? [`La raison\u00a0: ${detail}`] : []),
    ],
    closing: ['Si vous ne vous y attendiez pas, contactez-nous.'],
  },
}
