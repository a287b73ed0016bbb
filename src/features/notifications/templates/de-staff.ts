import { brand, type StaffTexts } from './mail-texts'

export const deStaff: StaffTexts = {
  'factors-reset': {
    subject: 'Anmeldewege wurden aus Ihrem Konto entfernt',
    opening: () => [
      `Unser Team hat die zweiten Faktoren Ihres Kontos bei ${brand} entfernt: Authenticator-Apps, Passkeys und Wiederherstellungscodes. Alle Sitzungen sind beendet. Melden Sie sich mit Ihrem Passwort oder mit einer E-Mail an und richten Sie einen neuen ein.`,
    ],
    closing: ['Wenn Sie nicht darum gebeten haben, wenden Sie sich sofort an uns.'],
  },
  impersonated: {
    subject: 'Unser Team hat in Ihrem Konto gehandelt',
    opening: ({ detail }) => [
      `Jemand aus unserem Team hat für begrenzte Zeit in Ihrem Konto bei ${brand} gehandelt. Dabei ist zu sehen, was Sie sehen, aber nichts zu ändern, womit Sie sich anmelden. Sie finden es in den Aktivitäten Ihres Kontos und können es dort unter den Sitzungen beenden.`,
      ...(detail ? [`Der Grund: ${detail}`] : []),
    ],
    closing: ['Wenn Sie das nicht erwartet haben, wenden Sie sich an uns.'],
  },
}
