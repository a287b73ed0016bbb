import { brand, type DataRightsTexts, formatInstant } from './mail-texts'

const instant = (text: string) => formatInstant('en', text)

export const enDataRights: DataRightsTexts = {
  'data-export-ready': {
    subject: 'Your data is ready',
    opening: ({ until }) => [
      `You asked ${brand} for a copy of your data. The archive is ready: fetch it until ${instant(until)}. The link works once.`,
    ],
    button: 'Fetch my data',
    closing: ['If it was not you, do not open the link. Change your password now and end all other sessions.'],
  },
  'account-closed': {
    subject: 'Your account is closed',
    opening: ({ until }) => [
      `Your account at ${brand} was deleted. It is closed, and will be erased on ${instant(until)}. If you change your mind, open the link before then.`,
    ],
    button: 'Keep my account',
    closing: [
      'If you want the account to be erased, there is nothing to do.',
      'If it was not you who deleted it, keep the account and change your password at once.',
    ],
  },
  'account-erased': {
    subject: 'Your account is erased',
    opening: () => [
      `Your account at ${brand} and everything that was kept of you is erased. The receipt says what was erased, and is signed.`,
    ],
    button: 'Show the receipt',
    closing: ['Keep the link if you want to read the receipt later. This was our last mail to you.'],
  },
}
