import { jaDataRights } from './ja-data-rights'
import { jaOrganizations } from './ja-organizations'
import { jaStaff } from './ja-staff'
import { areFew, brand, durationsIn, type MailTexts } from './mail-texts'

const { hours, minutes } = durationsIn('ja')

const wasMe = 'ご本人の場合、必要な操作はありません。'
const notMyLink = 'お心当たりがない場合、必要な操作はありません。リンクは開かないでください。'
const secureAccount = 'お心当たりがない場合は、すぐにパスワードを変更し、ほかのすべてのセッションを終了してください。'
const wasMeUsingCode = 'ご本人の場合は、問題ありません。'
const secureCodes =
  'お心当たりがない場合は、すぐにパスワードを変更し、新しいリカバリーコードを作成して、ほかのすべてのセッションを終了してください。ログインできない場合は、すぐにご連絡ください。'

const app = (name: string) => (name ? `認証アプリ「${name}」` : '認証アプリ')
const passkey = (name: string) => (name ? `パスキー「${name}」` : 'パスキー')
const outside = (provider: string) => (provider ? ` ${provider} アカウント` : '外部サービスのアカウント')
const codesLeft = (count: string) =>
  count
    ? [
        `リカバリーコードの残りは ${count} 個です。${areFew(count) ? '必要になる前に、新しいコードを作成してください。' : ''}`,
      ]
    : []

export const ja: MailTexts = {
  greeting: (name) => (name ? `${name} 様` : 'お客様へ'),
  aboveLink: 'ボタンが使えない場合は、次のリンクを開いてください。',
  colon: '：',
  cause: {
    heading: 'リクエストの詳細',
    browser: 'ブラウザ',
    ipAddress: 'IP アドレス',
    time: '日時',
    unknown: '不明',
  },
  templates: {
    'verify-email': {
      subject: 'メールアドレスをご確認ください',
      opening: (values) => [
        `このアドレスで ${brand} への登録がありました。ご本人の場合は、${hours(values.hours)}以内にリンクを開き、ご自身のアドレスであることを確認してください。`,
      ],
      button: 'アドレスを確認する',
      closing: [notMyLink],
    },
    'already-registered': {
      subject: 'すでにアカウントをお持ちです',
      opening: () => [
        `お客様のアドレスで ${brand} に登録しようとする操作がありましたが、このアドレスのアカウントはすでにあります。`,
        'ご本人の場合は、登録ではなくログインしてください。パスワードをお忘れの場合は、再設定してください。',
      ],
      closing: ['お心当たりがない場合、必要な操作はありません。アカウントに変更はありません。'],
    },
    'reset-password': {
      subject: 'パスワードの再設定',
      opening: (values) => [
        `お客様の ${brand} アカウントのパスワードを再設定するリクエストがありました。ご本人の場合は、${minutes(values.minutes)}以内にリンクを開き、新しいパスワードを設定してください。`,
      ],
      button: '新しいパスワードを設定する',
      closing: ['お心当たりがない場合、必要な操作はありません。パスワードは変わりません。'],
    },
    'log-in': {
      subject: `${brand} へのログイン`,
      opening: (values) => [
        `お客様の ${brand} アカウントにログインするリクエストがありました。ご本人の場合は、${minutes(values.minutes)}以内にリンクを開いてください。`,
      ],
      button: 'ログインする',
      beforeCode: 'または、ログインをリクエストした画面に次のコードを入力してください。',
      afterCode: 'リンクとコードは決して他人に教えないでください。当方からお尋ねすることは一切ありません。',
      closing: ['お心当たりがない場合、必要な操作はありません。ログインは行われていません。'],
    },
    'confirm-email': {
      subject: '新しいメールアドレスをご確認ください',
      opening: (values) => [
        `${brand} のアカウントで ${values.newEmail} を使用するリクエストがありました。ご本人の場合は、${hours(values.hours)}以内にリンクを開き、アドレスを確認してください。`,
      ],
      button: 'アドレスを確認する',
      closing: [notMyLink],
    },
    'email-change-requested': {
      subject: 'メールアドレス変更のリクエスト',
      opening: ({ newEmail }) => [
        `お客様の ${brand} アカウントのメールアドレスを ${newEmail} に変更するリクエストがありました。新しいアドレスが確認されると、変更されます。`,
      ],
      closing: ['ご本人の場合、ここで必要な操作はありません。', secureAccount],
    },
    'email-changed': {
      subject: 'メールアドレスが変更されました',
      opening: ({ newEmail }) => [`お客様の ${brand} アカウントのメールアドレスが ${newEmail} に変更されました。`],
      closing: [
        wasMe,
        'お心当たりがない場合は、新しいアドレスでログインしてパスワードを変更し、ほかのすべてのセッションを終了してください。ログインできない場合は、すぐにご連絡ください。',
      ],
    },
    'password-changed': {
      subject: 'パスワードが変更されました',
      opening: () => [`お客様の ${brand} アカウントのパスワードが変更されました。`],
      closing: [
        wasMe,
        'お心当たりがない場合は、すぐにパスワードを再設定し、ほかのすべてのセッションを終了してください。',
      ],
    },
    'account-locked': {
      subject: 'アカウントへのログインを一時停止しました',
      opening: (values) => [
        `お客様の ${brand} アカウントへのログインが何度か失敗したため、しばらくの間、新しいデバイスからはログインできません。以前にログインしたことのあるデバイスには影響ありません。ご本人の場合は、${minutes(values.minutes)}以内にリンクを開くと、すぐに再度お試しいただけます。`,
      ],
      button: 'ログインを再開する',
      closing: [
        'お心当たりがない場合も、誰もログインできていないため、必要な操作はありません。同じパスワードをほかでもお使いの場合は、新しいものに変更してください。',
      ],
    },
    'new-device': {
      subject: 'アカウントに新しいログインがありました',
      opening: () => [`お客様の ${brand} アカウントに、初めてのデバイスからログインがありました。`],
      closing: [wasMe, secureAccount],
    },
    'totp-added': {
      subject: '認証アプリが追加されました',
      opening: ({ detail }) => [
        `お客様の ${brand} アカウントに${app(detail)}が追加されました。今後は、ログイン時にこのアプリのコードが必要になります。`,
      ],
      closing: [
        wasMe,
        'お心当たりがない場合は、すぐにこの認証アプリを削除してパスワードを変更し、ほかのすべてのセッションを終了してください。ログインできない場合は、すぐにご連絡ください。',
      ],
    },
    'totp-removed': {
      subject: '認証アプリが削除されました',
      opening: ({ detail }) => [
        `お客様の ${brand} アカウントから${app(detail)}が削除されました。このアプリのコードはもう使えません。`,
      ],
      closing: [wasMe, secureAccount],
    },
    'passkey-added': {
      subject: 'パスキーが追加されました',
      opening: ({ detail }) => [
        `お客様の ${brand} アカウントに${passkey(detail)}が追加されました。このパスキーがあれば、パスワードなしでログインできます。`,
      ],
      closing: [
        wasMe,
        'お心当たりがない場合は、すぐにこのパスキーを削除してパスワードを変更し、ほかのすべてのセッションを終了してください。ログインできない場合は、すぐにご連絡ください。',
      ],
    },
    'passkey-removed': {
      subject: 'パスキーが削除されました',
      opening: ({ detail }) => [
        `お客様の ${brand} アカウントから${passkey(detail)}が削除されました。このパスキーではもうログインできません。`,
      ],
      closing: [wasMe, secureAccount],
    },
    'identity-linked': {
      subject: 'アカウントが外部サービスと連携されました',
      opening: ({ detail }) => [
        `お客様の ${brand} アカウントと${outside(detail)}が連携されました。連携先のアカウントを使える人は、パスワードなしでログインできます。`,
      ],
      closing: [
        wasMe,
        'お心当たりがない場合は、すぐにこの連携を解除してパスワードを変更し、ほかのすべてのセッションを終了してください。ログインできない場合は、すぐにご連絡ください。',
      ],
    },
    'identity-unlinked': {
      subject: '外部サービスとの連携が解除されました',
      opening: ({ detail }) => [
        `お客様の ${brand} アカウントと${outside(detail)}の連携が解除されました。もう一度連携されない限り、そのアカウントではログインできません。`,
      ],
      closing: [wasMe, secureAccount],
    },
    'recovery-code-used': {
      subject: 'リカバリーコードが使用されました',
      opening: ({ detail }) => [
        `お客様の ${brand} アカウントのリカバリーコードが使用されました。同じコードをもう一度使うことはできません。`,
        ...codesLeft(detail),
      ],
      closing: [wasMeUsingCode, secureCodes],
    },
    'recovery-codes-replaced': {
      subject: 'リカバリーコードが再作成されました',
      opening: () => [
        `お客様の ${brand} アカウントの新しいリカバリーコードが作成されました。以前のコードはもう使えません。`,
      ],
      closing: [wasMe, secureCodes],
    },
    'second-factor-locked': {
      subject: 'ログインの第二段階を一時停止しました',
      opening: () => [
        `お客様の ${brand} アカウントへのログインで、第一段階（パスワードまたは当方からのメール）を通過した後、第二段階で何度か失敗した操作がありました。そのため、しばらくの間、第二段階を一時停止しています。以前にログインしたことのあるデバイスには影響ありません。`,
      ],
      closing: [
        'ご本人の場合は、しばらく待ってから再度お試しください。',
        'お心当たりがない場合も、この操作でログインした人はいませんが、パスワードが他人に知られている可能性が高いです。すぐに変更してください。メールを他人に読まれているおそれがある場合は、メールアカウントのパスワードも変更してください。',
      ],
    },
    ...jaDataRights,
    ...jaOrganizations,
    ...jaStaff,
  },
}
