import { frDataRights } from './fr-data-rights'
import { frOrganizations } from './fr-organizations'
import { frStaff } from './fr-staff'
import { areFew, brand, durationsIn, type MailTexts } from './mail-texts'

const { hours, minutes } = durationsIn('fr')

const wasMe = 'Si c’est vous, vous n’avez rien à faire.'
const notMyLink = 'Si ce n’est pas vous, ne faites rien et n’ouvrez pas le lien.'
const secureAccount = 'Si ce n’est pas vous, changez vite votre mot de passe et fermez toutes les autres sessions.'
const wasMeUsingCode = 'Si c’est vous, tout va bien.'
const secureCodes =
  'Si ce n’est pas vous, changez immédiatement votre mot de passe, créez de nouveaux codes de récupération et fermez toutes les autres sessions. Si vous ne pouvez pas vous connecter, contactez-nous immédiatement.'

const app = (name: string) =>
  name ? `L’application d’authentification «\u00a0${name}\u00a0»` : 'Une application d’authentification'
const passkey = (name: string) => (name ? `La clé d’accès «\u00a0${name}\u00a0»` : 'Une clé d’accès')
const outside = (provider: string) => `Un compte ${provider || 'chez un autre fournisseur'}`
const codesLeft = (count: string) =>
  count
    ? [
        `Codes de récupération restants\u00a0: ${count}.${areFew(count) ? ' Créez-en de nouveaux avant d’en avoir besoin.' : ''}`,
      ]
    : []

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
    'totp-added': {
      subject: 'Une application d’authentification a été ajoutée',
      opening: ({ detail }) => [
        `${app(detail)} a été ajoutée à votre compte ${brand}. Désormais, un code de cette application est demandé lors de la connexion.`,
      ],
      closing: [
        wasMe,
        'Si ce n’est pas vous, supprimez immédiatement l’application, changez votre mot de passe et fermez toutes les autres sessions. Si vous ne pouvez pas vous connecter, contactez-nous immédiatement.',
      ],
    },
    'totp-removed': {
      subject: 'Une application d’authentification a été supprimée',
      opening: ({ detail }) => [
        `${app(detail)} a été supprimée de votre compte ${brand}. Les codes de cette application ne fonctionnent plus.`,
      ],
      closing: [wasMe, secureAccount],
    },
    'passkey-added': {
      subject: 'Une clé d’accès a été ajoutée à votre compte',
      opening: ({ detail }) => [
        `${passkey(detail)} a été ajoutée à votre compte ${brand}. Quiconque la possède peut se connecter sans le mot de passe.`,
      ],
      closing: [
        wasMe,
        'Si ce n’est pas vous, supprimez immédiatement la clé d’accès, changez votre mot de passe et fermez toutes les autres sessions. Si vous ne pouvez pas vous connecter, contactez-nous immédiatement.',
      ],
    },
    'passkey-removed': {
      subject: 'Une clé d’accès a été supprimée de votre compte',
      opening: ({ detail }) => [
        `${passkey(detail)} a été supprimée de votre compte ${brand}. Plus personne ne peut s’en servir pour se connecter.`,
      ],
      closing: [wasMe, secureAccount],
    },
    'identity-linked': {
      subject: 'Un autre fournisseur a été associé à votre compte',
      opening: ({ detail }) => [
        `${outside(detail)} a été associé à votre compte ${brand}. Quiconque a accès au premier peut se connecter au second sans le mot de passe.`,
      ],
      closing: [
        wasMe,
        'Si ce n’est pas vous, dissociez immédiatement ce compte, changez votre mot de passe et fermez toutes les autres sessions. Si vous ne pouvez pas vous connecter, contactez-nous immédiatement.',
      ],
    },
    'identity-unlinked': {
      subject: 'Un fournisseur a été dissocié de votre compte',
      opening: ({ detail }) => [
        `${outside(detail)} a été dissocié de votre compte ${brand}. Plus personne ne peut s’en servir pour se connecter, à moins qu’il ne soit de nouveau associé.`,
      ],
      closing: [wasMe, secureAccount],
    },
    'recovery-code-used': {
      subject: 'Un code de récupération a été utilisé',
      opening: ({ detail }) => [
        `Un code de récupération de votre compte ${brand} a été utilisé. Il ne fonctionne pas une seconde fois.`,
        ...codesLeft(detail),
      ],
      closing: [wasMeUsingCode, secureCodes],
    },
    'recovery-codes-replaced': {
      subject: 'Vos codes de récupération ont été remplacés',
      opening: () => [
        `De nouveaux codes de récupération ont été créés pour votre compte ${brand}. Les anciens ne fonctionnent plus.`,
      ],
      closing: [wasMe, secureCodes],
    },
    'second-factor-locked': {
      subject: 'La deuxième étape de votre connexion est suspendue',
      opening: () => [
        `Quelqu’un a réussi la première étape de la connexion à votre compte ${brand}, avec le mot de passe ou avec un e-mail de notre part, puis a échoué plusieurs fois à la deuxième. La deuxième étape est donc suspendue pendant un certain temps. Les appareils sur lesquels vous vous êtes déjà connecté ne sont pas concernés.`,
      ],
      closing: [
        'Si c’est vous, patientez un peu avant de réessayer.',
        'Si ce n’est pas vous, personne n’est entré de cette façon, mais quelqu’un connaît probablement votre mot de passe\u00a0: changez-le immédiatement. Si quelqu’un d’autre est susceptible de lire vos e-mails, changez aussi le mot de passe de votre messagerie.',
      ],
    },
    ...frDataRights,
    ...frOrganizations,
    ...frStaff,
  },
}
