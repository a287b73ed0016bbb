import { enDataRights } from './en-data-rights'
import { enOrganizations } from './en-organizations'
import { enStaff } from './en-staff'
import { areFew, brand, durationsIn, type MailTexts } from './mail-texts'

const { hours, minutes } = durationsIn('en')

const wasMe = 'If it was you, there is nothing to do.'
const notMyLink = 'If it was not you, do nothing and do not open the link.'
const secureAccount = 'If it was not you, change your password now and end all other sessions.'
const wasMeUsingCode = 'If it was you, all is well.'
const secureCodes =
  'If it was not you, change your password now, make new recovery codes and end all other sessions. If you cannot log in, contact us at once.'

const app = (name: string) => (name ? `An authenticator app named “${name}”` : 'An authenticator app')
const passkey = (name: string) => (name ? `A passkey named “${name}”` : 'A passkey')
const outside = (provider: string) => `An account at ${provider || 'another provider'}`
const codesLeft = (count: string) =>
  count ? [`Recovery codes left: ${count}.${areFew(count) ? ' Make new ones before you need them.' : ''}`] : []

export const en: MailTexts = {
  greeting: (name) => (name ? `Hello ${name},` : 'Hello,'),
  aboveLink: 'If the button does not work, open this link:',
  colon: ': ',
  cause: {
    heading: 'Details of the request',
    browser: 'Browser',
    ipAddress: 'IP address',
    time: 'Time',
    unknown: 'unknown',
  },
  templates: {
    'verify-email': {
      subject: 'Confirm your e-mail address',
      opening: (values) => [
        `Someone registered at ${brand} with this address. If it was you, open the link within ${hours(values.hours)} to confirm that the address is yours.`,
      ],
      button: 'Confirm this address',
      closing: [notMyLink],
    },
    'already-registered': {
      subject: 'You already have an account',
      opening: () => [
        `Someone tried to register at ${brand} with your address, but it already has an account.`,
        'If it was you, log in instead, or reset your password if you no longer know it.',
      ],
      closing: ['If it was not you, there is nothing to do: your account is unchanged.'],
    },
    'reset-password': {
      subject: 'Reset your password',
      opening: (values) => [
        `Someone asked to reset the password of your account at ${brand}. If it was you, open the link within ${minutes(values.minutes)} to choose a new one.`,
      ],
      button: 'Choose a new password',
      closing: ['If it was not you, do nothing: your password stays as it is.'],
    },
    'log-in': {
      subject: `Log in to ${brand}`,
      opening: (values) => [
        `Someone asked to log in to your account at ${brand}. If it was you, open the link within ${minutes(values.minutes)}.`,
      ],
      button: 'Log in',
      beforeCode: 'Or type this code where you asked to log in:',
      afterCode: 'Never give the link or the code to anyone. We will never ask you for them.',
      closing: ['If it was not you, do nothing: nobody was logged in.'],
    },
    'confirm-email': {
      subject: 'Confirm your new e-mail address',
      opening: (values) => [
        `Someone asked to use ${values.newEmail} for an account at ${brand}. If it was you, open the link within ${hours(values.hours)} to confirm the address.`,
      ],
      button: 'Confirm this address',
      closing: [notMyLink],
    },
    'email-change-requested': {
      subject: 'Request to change your e-mail address',
      opening: ({ newEmail }) => [
        `Someone asked to change the e-mail address of your account at ${brand} to ${newEmail}. It changes once the new address is confirmed.`,
      ],
      closing: ['If it was you, there is nothing to do here.', secureAccount],
    },
    'email-changed': {
      subject: 'Your e-mail address was changed',
      opening: ({ newEmail }) => [`The e-mail address of your account at ${brand} was changed to ${newEmail}.`],
      closing: [
        wasMe,
        'If it was not you, log in with the new address, change your password and end all other sessions. If you cannot log in, contact us at once.',
      ],
    },
    'password-changed': {
      subject: 'Your password was changed',
      opening: () => [`The password of your account at ${brand} was changed.`],
      closing: [wasMe, 'If it was not you, reset your password now and end all other sessions.'],
    },
    'account-locked': {
      subject: 'Log-ins to your account are paused',
      opening: (values) => [
        `Several attempts to log in to your account at ${brand} failed, so new devices can’t log in for a while. Devices on which you have logged in before are not affected. If the attempts were yours, open the link within ${minutes(values.minutes)} to try again at once.`,
      ],
      button: 'Let me log in again',
      closing: [
        'If it was not you, nobody got in and there is nothing to do. If you use your password elsewhere too, choose a new one.',
      ],
    },
    'new-device': {
      subject: 'New log-in to your account',
      opening: () => [`Someone logged in to your account at ${brand} from a device that we have not seen before.`],
      closing: [wasMe, secureAccount],
    },
    'totp-added': {
      subject: 'An authenticator app was added to your account',
      opening: ({ detail }) => [
        `${app(detail)} was added to your account at ${brand}. From now on, a code from it is asked for at log-in.`,
      ],
      closing: [
        wasMe,
        'If it was not you, remove the app now, change your password and end all other sessions. If you cannot log in, contact us at once.',
      ],
    },
    'totp-removed': {
      subject: 'An authenticator app was removed from your account',
      opening: ({ detail }) => [
        `${app(detail)} was removed from your account at ${brand}. Codes from it no longer work.`,
      ],
      closing: [wasMe, secureAccount],
    },
    'passkey-added': {
      subject: 'A passkey was added to your account',
      opening: ({ detail }) => [
        `${passkey(detail)} was added to your account at ${brand}. Whoever has it can log in without the password.`,
      ],
      closing: [
        wasMe,
        'If it was not you, remove the passkey now, change your password and end all other sessions. If you cannot log in, contact us at once.',
      ],
    },
    'passkey-removed': {
      subject: 'A passkey was removed from your account',
      opening: ({ detail }) => [
        `${passkey(detail)} was removed from your account at ${brand}. Nobody can log in with it any more.`,
      ],
      closing: [wasMe, secureAccount],
    },
    'identity-linked': {
      subject: 'A log-in provider was linked to your account',
      opening: ({ detail }) => [
        `${outside(detail)} was linked to your account at ${brand}. Whoever has it can log in without the password.`,
      ],
      closing: [
        wasMe,
        'If it was not you, unlink that account now, change your password and end all other sessions. If you cannot log in, contact us at once.',
      ],
    },
    'identity-unlinked': {
      subject: 'A log-in provider was unlinked from your account',
      opening: ({ detail }) => [
        `${outside(detail)} was unlinked from your account at ${brand}. Nobody can log in with it any more, unless it is linked again.`,
      ],
      closing: [wasMe, secureAccount],
    },
    'recovery-code-used': {
      subject: 'A recovery code was used',
      opening: ({ detail }) => [
        `A recovery code of your account at ${brand} was used. It does not work a second time.`,
        ...codesLeft(detail),
      ],
      closing: [wasMeUsingCode, secureCodes],
    },
    'recovery-codes-replaced': {
      subject: 'Your recovery codes were replaced',
      opening: () => [`New recovery codes were made for your account at ${brand}. The old ones no longer work.`],
      closing: [wasMe, secureCodes],
    },
    'second-factor-locked': {
      subject: 'The second step of your log-in is paused',
      opening: () => [
        `Someone got the first step of the log-in to your account at ${brand} right, with the password or with a mail from us, and then failed several times at the second step. So the second step is paused for a while. Devices on which you have logged in before are not affected.`,
      ],
      closing: [
        'If it was you, wait a while and try again.',
        'If it was not you, nobody got in this way, but somebody probably knows your password: change it now. If somebody else may be reading your mail, change the password of your mailbox too.',
      ],
    },
    ...enDataRights,
    ...enOrganizations,
    ...enStaff,
  },
}
