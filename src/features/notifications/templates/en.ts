import { brand, durationsIn, type MailTexts } from './mail-texts'

const { hours, minutes } = durationsIn('en')

const wasMe = 'If it was you, there is nothing to do.'
const notMyLink = 'If it was not you, do nothing and do not open the link.'
const secureAccount = 'If it was not you, change your password now and end all other sessions.'

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
  },
}
