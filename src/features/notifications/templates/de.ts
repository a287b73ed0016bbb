import { deDataRights } from './de-data-rights'
import { deOrganizations } from './de-organizations'
import { deStaff } from './de-staff'
import { areFew, brand, durationsIn, type MailTexts } from './mail-texts'

const { hours, minutes } = durationsIn('de')

const wasMe = 'Wenn Sie das waren, brauchen Sie nichts zu tun.'
const notMyLink = 'Wenn Sie das nicht waren, brauchen Sie nichts zu tun. Öffnen Sie dann den Link nicht.'
const secureAccount = 'Wenn Sie das nicht waren, ändern Sie jetzt Ihr Passwort und beenden Sie alle anderen Sitzungen.'
const wasMeUsingCode = 'Wenn Sie das waren, ist alles in Ordnung.'
const secureCodes =
  'Wenn Sie das nicht waren, ändern Sie jetzt Ihr Passwort, erstellen Sie neue Wiederherstellungscodes und beenden Sie alle anderen Sitzungen. Wenn Sie sich nicht anmelden können, wenden Sie sich sofort an uns.'

const app = (name: string) => (name ? `die Authenticator-App „${name}“` : 'eine Authenticator-App')
const passkey = (name: string) => (name ? `der Passkey „${name}“` : 'ein Passkey')
const outside = (provider: string) => `ein Konto bei ${provider || 'einem anderen Anbieter'}`
const codesLeft = (count: string) =>
  count
    ? [
        `Verbleibende Wiederherstellungscodes: ${count}.${areFew(count) ? ' Erstellen Sie neue, bevor Sie sie brauchen.' : ''}`,
      ]
    : []

export const de: MailTexts = {
  greeting: (name) => (name ? `Guten Tag ${name},` : 'Guten Tag,'),
  aboveLink: 'Wenn die Schaltfläche nicht funktioniert, öffnen Sie diesen Link:',
  colon: ': ',
  cause: {
    heading: 'Angaben zur Anfrage',
    browser: 'Browser',
    ipAddress: 'IP-Adresse',
    time: 'Zeitpunkt',
    unknown: 'unbekannt',
  },
  templates: {
    'verify-email': {
      subject: 'Bestätigen Sie Ihre E-Mail-Adresse',
      opening: (values) => [
        `Jemand hat sich mit dieser Adresse bei ${brand} registriert. Wenn Sie das waren, öffnen Sie den Link innerhalb von ${hours(values.hours)}, um zu bestätigen, dass die Adresse Ihnen gehört.`,
      ],
      button: 'Adresse bestätigen',
      closing: [notMyLink],
    },
    'already-registered': {
      subject: 'Sie haben bereits ein Konto',
      opening: () => [
        `Jemand wollte sich mit Ihrer Adresse bei ${brand} registrieren, aber dazu gibt es schon ein Konto.`,
        'Wenn Sie das waren, melden Sie sich stattdessen an, oder setzen Sie Ihr Passwort zurück, falls Sie es nicht mehr wissen.',
      ],
      closing: ['Wenn Sie das nicht waren, brauchen Sie nichts zu tun: Ihr Konto ist unverändert.'],
    },
    'reset-password': {
      subject: 'Setzen Sie Ihr Passwort zurück',
      opening: (values) => [
        `Jemand möchte das Passwort Ihres Kontos bei ${brand} zurücksetzen. Wenn Sie das waren, öffnen Sie den Link innerhalb von ${minutes(values.minutes)}, um ein neues zu wählen.`,
      ],
      button: 'Neues Passwort wählen',
      closing: ['Wenn Sie das nicht waren, brauchen Sie nichts zu tun: Ihr Passwort bleibt, wie es ist.'],
    },
    'log-in': {
      subject: `Melden Sie sich bei ${brand} an`,
      opening: (values) => [
        `Jemand möchte sich bei ${brand} mit Ihrem Konto anmelden. Wenn Sie das waren, öffnen Sie den Link innerhalb von ${minutes(values.minutes)}.`,
      ],
      button: 'Anmelden',
      beforeCode: 'Oder geben Sie diesen Code dort ein, wo Sie sich anmelden wollten:',
      afterCode: 'Geben Sie weder den Link noch den Code an andere weiter. Wir werden Sie nie danach fragen.',
      closing: ['Wenn Sie das nicht waren, brauchen Sie nichts zu tun: Es wurde niemand angemeldet.'],
    },
    'confirm-email': {
      subject: 'Bestätigen Sie Ihre neue E-Mail-Adresse',
      opening: (values) => [
        `Jemand möchte ${values.newEmail} für ein Konto bei ${brand} verwenden. Wenn Sie das waren, öffnen Sie den Link innerhalb von ${hours(values.hours)}, um die Adresse zu bestätigen.`,
      ],
      button: 'Adresse bestätigen',
      closing: [notMyLink],
    },
    'email-change-requested': {
      subject: 'Ihre E-Mail-Adresse soll geändert werden',
      opening: ({ newEmail }) => [
        `Jemand möchte die E-Mail-Adresse Ihres Kontos bei ${brand} in ${newEmail} ändern. Sie ändert sich, sobald die neue Adresse bestätigt ist.`,
      ],
      closing: ['Wenn Sie das waren, brauchen Sie hier nichts zu tun.', secureAccount],
    },
    'email-changed': {
      subject: 'Ihre E-Mail-Adresse wurde geändert',
      opening: ({ newEmail }) => [`Die E-Mail-Adresse Ihres Kontos bei ${brand} wurde in ${newEmail} geändert.`],
      closing: [
        wasMe,
        'Wenn Sie das nicht waren, melden Sie sich mit der neuen Adresse an, ändern Sie Ihr Passwort und beenden Sie alle anderen Sitzungen. Wenn Sie sich nicht anmelden können, wenden Sie sich sofort an uns.',
      ],
    },
    'password-changed': {
      subject: 'Ihr Passwort wurde geändert',
      opening: () => [`Das Passwort Ihres Kontos bei ${brand} wurde geändert.`],
      closing: [
        wasMe,
        'Wenn Sie das nicht waren, setzen Sie jetzt Ihr Passwort zurück und beenden Sie alle anderen Sitzungen.',
      ],
    },
    'account-locked': {
      subject: 'Anmeldungen mit Ihrem Konto sind pausiert',
      opening: (values) => [
        `Mehrere Versuche, sich bei ${brand} mit Ihrem Konto anzumelden, sind gescheitert. Neue Geräte können sich deshalb eine Zeit lang nicht anmelden. Geräte, auf denen Sie sich schon angemeldet haben, sind nicht betroffen. Wenn Sie das waren, öffnen Sie innerhalb von ${minutes(values.minutes)} den Link, um es sofort wieder zu versuchen.`,
      ],
      button: 'Anmeldung wieder erlauben',
      closing: [
        'Wenn Sie das nicht waren: Niemand ist hineingelangt, und Sie brauchen nichts zu tun. Falls Sie Ihr Passwort auch anderswo verwenden, wählen Sie ein neues.',
      ],
    },
    'new-device': {
      subject: 'Neue Anmeldung mit Ihrem Konto',
      opening: () => [`Jemand hat sich bei ${brand} mit Ihrem Konto von einem Gerät angemeldet, das uns neu ist.`],
      closing: [wasMe, secureAccount],
    },
    'totp-added': {
      subject: 'Ihrem Konto wurde eine Authenticator-App hinzugefügt',
      opening: ({ detail }) => [
        `Ihrem Konto bei ${brand} wurde ${app(detail)} hinzugefügt. Ab jetzt wird bei der Anmeldung ein Code aus dieser App verlangt.`,
      ],
      closing: [
        wasMe,
        'Wenn Sie das nicht waren, entfernen Sie jetzt die App, ändern Sie Ihr Passwort und beenden Sie alle anderen Sitzungen. Wenn Sie sich nicht anmelden können, wenden Sie sich sofort an uns.',
      ],
    },
    'totp-removed': {
      subject: 'Aus Ihrem Konto wurde eine Authenticator-App entfernt',
      opening: ({ detail }) => [
        `Aus Ihrem Konto bei ${brand} wurde ${app(detail)} entfernt. Codes aus dieser App gelten nicht mehr.`,
      ],
      closing: [wasMe, secureAccount],
    },
    'passkey-added': {
      subject: 'Ihrem Konto wurde ein Passkey hinzugefügt',
      opening: ({ detail }) => [
        `Ihrem Konto bei ${brand} wurde ${passkey(detail)} hinzugefügt. Wer ihn hat, kann sich ohne das Passwort anmelden.`,
      ],
      closing: [
        wasMe,
        'Wenn Sie das nicht waren, entfernen Sie jetzt den Passkey, ändern Sie Ihr Passwort und beenden Sie alle anderen Sitzungen. Wenn Sie sich nicht anmelden können, wenden Sie sich sofort an uns.',
      ],
    },
    'passkey-removed': {
      subject: 'Aus Ihrem Konto wurde ein Passkey entfernt',
      opening: ({ detail }) => [
        `Aus Ihrem Konto bei ${brand} wurde ${passkey(detail)} entfernt. Niemand kann sich mehr damit anmelden.`,
      ],
      closing: [wasMe, secureAccount],
    },
    'identity-linked': {
      subject: 'Ihr Konto wurde mit einem anderen Anbieter verknüpft',
      opening: ({ detail }) => [
        `Mit Ihrem Konto bei ${brand} wurde ${outside(detail)} verknüpft. Wer Zugang dazu hat, kann sich bei ${brand} ohne das Passwort anmelden.`,
      ],
      closing: [
        wasMe,
        'Wenn Sie das nicht waren, heben Sie jetzt diese Verknüpfung auf, ändern Sie Ihr Passwort und beenden Sie alle anderen Sitzungen. Wenn Sie sich nicht anmelden können, wenden Sie sich sofort an uns.',
      ],
    },
    'identity-unlinked': {
      subject: 'Die Verknüpfung mit einem Anbieter wurde aufgehoben',
      opening: ({ detail }) => [
        `Mit Ihrem Konto bei ${brand} ist ${outside(detail)} nicht mehr verknüpft. Solange es nicht erneut verknüpft wird, kann sich niemand mehr damit anmelden.`,
      ],
      closing: [wasMe, secureAccount],
    },
    'recovery-code-used': {
      subject: 'Ein Wiederherstellungscode wurde verwendet',
      opening: ({ detail }) => [
        `Ein Wiederherstellungscode Ihres Kontos bei ${brand} wurde verwendet. Ein zweites Mal gilt er nicht.`,
        ...codesLeft(detail),
      ],
      closing: [wasMeUsingCode, secureCodes],
    },
    'recovery-codes-replaced': {
      subject: 'Ihre Wiederherstellungscodes wurden ersetzt',
      opening: () => [
        `Für Ihr Konto bei ${brand} wurden neue Wiederherstellungscodes erstellt. Die alten gelten nicht mehr.`,
      ],
      closing: [wasMe, secureCodes],
    },
    'second-factor-locked': {
      subject: 'Der zweite Schritt Ihrer Anmeldung ist pausiert',
      opening: () => [
        `Jemand hat den ersten Schritt der Anmeldung mit Ihrem Konto bei ${brand} geschafft, mit dem Passwort oder mit einer E-Mail von uns, und ist dann mehrmals am zweiten Schritt gescheitert. Der zweite Schritt ist deshalb eine Zeit lang pausiert. Geräte, auf denen Sie sich schon angemeldet haben, sind nicht betroffen.`,
      ],
      closing: [
        'Wenn Sie das waren, warten Sie eine Weile und versuchen Sie es dann noch einmal.',
        'Wenn Sie das nicht waren: Auf diesem Weg ist niemand hineingelangt, aber wahrscheinlich kennt jemand Ihr Passwort. Ändern Sie es jetzt. Falls jemand anderes Ihre E-Mails lesen könnte, ändern Sie auch das Passwort Ihres Postfachs.',
      ],
    },
    ...deDataRights,
    ...deOrganizations,
    ...deStaff,
  },
}
