import { brand, type DataRightsTexts, formatInstant } from './mail-texts'

const instant = (text: string) => formatInstant('de', text)

export const deDataRights: DataRightsTexts = {
  'data-export-ready': {
    subject: 'Ihre Daten liegen bereit',
    opening: ({ until }) => [
      `Sie haben bei ${brand} eine Kopie Ihrer Daten angefordert. Das Archiv liegt bereit: Holen Sie es bis ${instant(until)} ab. Der Link funktioniert einmal.`,
    ],
    button: 'Meine Daten abholen',
    closing: [
      'Wenn Sie das nicht waren, öffnen Sie den Link nicht. Ändern Sie jetzt Ihr Passwort und beenden Sie alle anderen Sitzungen.',
    ],
  },
  'account-closed': {
    subject: 'Ihr Konto ist geschlossen',
    opening: ({ until }) => [
      `Ihr Konto bei ${brand} wurde gelöscht. Es ist geschlossen und wird am ${instant(until)} endgültig entfernt. Wenn Sie es sich anders überlegen, öffnen Sie vorher den Link.`,
    ],
    button: 'Mein Konto behalten',
    closing: [
      'Wenn das Konto entfernt werden soll, brauchen Sie nichts zu tun.',
      'Wenn nicht Sie es gelöscht haben, behalten Sie das Konto und ändern Sie sofort Ihr Passwort.',
    ],
  },
  'account-erased': {
    subject: 'Ihr Konto ist entfernt',
    opening: () => [
      `Ihr Konto bei ${brand} und alles, was von Ihnen gespeichert war, ist entfernt. Die signierte Quittung sagt, was entfernt wurde.`,
    ],
    button: 'Quittung ansehen',
    closing: [
      'Bewahren Sie den Link auf, wenn Sie die Quittung später lesen wollen. Das war unsere letzte Mail an Sie.',
    ],
  },
}
