import { brand, durationsIn, type MailTexts } from './mail-texts'

const { hours, minutes } = durationsIn('ja')

const wasMe = 'ご本人の場合、必要な操作はありません。'
const notMyLink = 'お心当たりがない場合、必要な操作はありません。リンクは開かないでください。'
const secureAccount = 'お心当たりがない場合は、すぐにパスワードを変更し、ほかのすべてのセッションを終了してください。'

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
  },
}
