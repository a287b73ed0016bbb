import { brand, type StaffTexts } from './mail-texts'

export const enStaff: StaffTexts = {
  'factors-reset': {
    subject: 'Ways to log in were removed from your account',
    opening: () => [
      `Our staff removed the second factors of your account at ${brand}: authenticator apps, passkeys and recovery codes. All sessions have ended. Log in with your password, or with a mail, and set up a new one.`,
    ],
    closing: ['If you did not ask for it, contact us at once.'],
  },
  impersonated: {
    subject: 'Our staff acted in your account',
    opening: ({ detail }) => [
      `Somebody of our staff acted in your account at ${brand}, for a limited time. They can see what you see, but change nothing that you log in with. You find it in the activity of your account, and can end it there, under sessions.`,
      ...(detail ? [`The reason: ${detail}`] : []),
    ],
    closing: ['If you did not expect it, contact us.'],
  },
}
