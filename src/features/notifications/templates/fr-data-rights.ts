import { brand, type DataRightsTexts, formatInstant } from './mail-texts'

const instant = (text: string) => formatInstant('fr', text)

export const frDataRights: DataRightsTexts = {
  'data-export-ready': {
    subject: 'Vos données sont prêtes',
    opening: ({ until }) => [
      `Vous avez demandé à ${brand} une copie de vos données. L’archive est prête\u00a0: récupérez-la avant le ${instant(until)}. Le lien fonctionne une seule fois.`,
    ],
    button: 'Récupérer mes données',
    closing: [
      'Si ce n’était pas vous, n’ouvrez pas le lien. Changez maintenant votre mot de passe et fermez toutes les autres sessions.',
    ],
  },
  'account-closed': {
    subject: 'Votre compte est fermé',
    opening: ({ until }) => [
      `Votre compte ${brand} a été supprimé. Il est fermé et sera effacé le ${instant(until)}. Si vous changez d’avis, ouvrez le lien avant cette date.`,
    ],
    button: 'Garder mon compte',
    closing: [
      'Si vous voulez que le compte soit effacé, vous n’avez rien à faire.',
      'Si ce n’est pas vous qui l’avez supprimé, gardez le compte et changez aussitôt votre mot de passe.',
    ],
  },
  'account-erased': {
    subject: 'Votre compte est effacé',
    opening: () => [
      `Votre compte ${brand} et tout ce qui était conservé de vous sont effacés. Le reçu, signé, dit ce qui a été effacé.`,
    ],
    button: 'Voir le reçu',
    closing: ['Gardez le lien si vous voulez lire le reçu plus tard. C’était notre dernier message.'],
  },
}
