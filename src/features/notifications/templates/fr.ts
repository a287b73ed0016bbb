import { brand, durationsIn, type MailTexts } from './mail-texts'

const { hours, minutes } = durationsIn('fr')

const wasMe = 'Si c’est vous, vous n’avez rien à faire.'
const notMyLink = 'Si ce n’est pas vous, ne faites rien et n’ouvrez pas le lien.'
const secureAccount =
  'Si ce n’est pas vous, changez immédiatement votre mot de passe et fermez toutes les autres sessions.'

export const fr: MailTexts = {
  greeting: (name) => (name ? `Bonjour ${name},` : 'Bonjour,'),
  aboveLink: 'Si le bouton ne fonctionne pas, ouvrez ce lien\u00a0:',
  colon: '\u00a0: ',
  cause: {
    heading: 'Détails de la demande',
    browser: 'Navigateur',
    ipAddress: 'Adresse IP',
    time: 'Date et heure',
    unknown: 'indisponible',
  },
  templates: {
    'verify-email': {
      subject: 'Confirmez votre adresse e-mail',
      opening: (values) => [
        `Quelqu’un s’est inscrit sur ${brand} avec cette adresse. Si c’est vous, ouvrez le lien dans un délai de ${hours(values.hours)} pour confirmer que l’adresse vous appartient.`,
      ],
      button: 'Confirmer cette adresse',
      closing: [notMyLink],
    },
    'already-registered': {
      subject: 'Vous avez déjà un compte',
      opening: () => [
        `Quelqu’un a essayé de s’inscrire sur ${brand} avec votre adresse, mais elle est déjà associée à un compte.`,
        'Si c’est vous, connectez-vous ou, si vous ne connaissez plus votre mot de passe, réinitialisez-le.',
      ],
      closing: ['Si ce n’est pas vous, vous n’avez rien à faire\u00a0: votre compte est inchangé.'],
    },
    'reset-password': {
      subject: 'Réinitialisez votre mot de passe',
      opening: (values) => [
        `Quelqu’un a demandé à réinitialiser le mot de passe de votre compte ${brand}. Si c’est vous, ouvrez le lien dans un délai de ${minutes(values.minutes)} pour en choisir un nouveau.`,
      ],
      button: 'Choisir un nouveau mot de passe',
      closing: ['Si ce n’est pas vous, ne faites rien\u00a0: votre mot de passe reste le même.'],
    },
    'log-in': {
      subject: `Connectez-vous à ${brand}`,
      opening: (values) => [
        `Quelqu’un a demandé à se connecter à votre compte ${brand}. Si c’est vous, ouvrez le lien dans un délai de ${minutes(values.minutes)}.`,
      ],
      button: 'Se connecter',
      beforeCode: 'Ou saisissez ce code là où vous avez demandé à vous connecter\u00a0:',
      afterCode: 'Ne donnez jamais le lien ni le code à qui que ce soit. Nous ne vous les demanderons jamais.',
      closing: ['Si ce n’est pas vous, ne faites rien\u00a0: personne n’a été connecté.'],
    },
    'confirm-email': {
      subject: 'Confirmez votre nouvelle adresse e-mail',
      opening: (values) => [
        `Quelqu’un a demandé à utiliser ${values.newEmail} pour un compte ${brand}. Si c’est vous, ouvrez le lien dans un délai de ${hours(values.hours)} pour confirmer l’adresse.`,
      ],
      button: 'Confirmer cette adresse',
      closing: [notMyLink],
    },
    'email-change-requested': {
      subject: 'Demande de changement de votre adresse e-mail',
      opening: ({ newEmail }) => [
        `Quelqu’un a demandé à remplacer l’adresse e-mail de votre compte ${brand} par ${newEmail}. Elle changera dès que la nouvelle adresse sera confirmée.`,
      ],
      closing: ['Si c’est vous, vous n’avez rien à faire ici.', secureAccount],
    },
    'email-changed': {
      subject: 'Votre adresse e-mail a été changée',
      opening: ({ newEmail }) => [`L’adresse e-mail de votre compte ${brand} a été remplacée par ${newEmail}.`],
      closing: [
        wasMe,
        'Si ce n’est pas vous, connectez-vous avec la nouvelle adresse, changez votre mot de passe et fermez toutes les autres sessions. Si vous ne pouvez pas vous connecter, contactez-nous immédiatement.',
      ],
    },
    'password-changed': {
      subject: 'Votre mot de passe a été changé',
      opening: () => [`Le mot de passe de votre compte ${brand} a été changé.`],
      closing: [
        wasMe,
        'Si ce n’est pas vous, réinitialisez immédiatement votre mot de passe et fermez toutes les autres sessions.',
      ],
    },
    'account-locked': {
      subject: 'Les connexions à votre compte sont suspendues',
      opening: (values) => [
        `Plusieurs tentatives de connexion à votre compte ${brand} ont échoué. Pendant un certain temps, de nouveaux appareils ne peuvent donc pas s’y connecter. Les appareils sur lesquels vous vous êtes déjà connecté ne sont pas concernés. Si c’est vous, ouvrez le lien dans un délai de ${minutes(values.minutes)} pour réessayer tout de suite.`,
      ],
      button: 'Autoriser à nouveau la connexion',
      closing: [
        'Si ce n’est pas vous, personne n’est entré et vous n’avez rien à faire. Si vous utilisez votre mot de passe ailleurs aussi, choisissez-en un nouveau.',
      ],
    },
    'new-device': {
      subject: 'Nouvelle connexion à votre compte',
      opening: () => [
        `Quelqu’un s’est connecté à votre compte ${brand} depuis un appareil que nous n’avions encore jamais vu.`,
      ],
      closing: [wasMe, secureAccount],
    },
  },
}
