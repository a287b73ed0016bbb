import { brand, durationsIn, type MailTexts } from './mail-texts'

const { hours, minutes } = durationsIn('es')

const wasMe = 'Si ha sido usted, no tiene que hacer nada.'
const notMyLink = 'Si no ha sido usted, no haga nada y no abra el enlace.'
const secureAccount = 'Si no ha sido usted, cambie ahora su contraseña y cierre todas las demás sesiones.'

export const es: MailTexts = {
  greeting: (name) => (name ? `Hola, ${name}:` : 'Hola:'),
  aboveLink: 'Si el botón no funciona, abra este enlace:',
  colon: ': ',
  cause: {
    heading: 'Datos de la solicitud',
    browser: 'Navegador',
    ipAddress: 'Dirección IP',
    time: 'Fecha y hora',
    unknown: 'no disponible',
  },
  templates: {
    'verify-email': {
      subject: 'Confirme su dirección de correo electrónico',
      opening: (values) => [
        `Alguien se ha registrado en ${brand} con esta dirección. Si ha sido usted, abra el enlace en un plazo de ${hours(values.hours)} para confirmar que la dirección es suya.`,
      ],
      button: 'Confirmar esta dirección',
      closing: [notMyLink],
    },
    'already-registered': {
      subject: 'Ya tiene una cuenta',
      opening: () => [
        `Alguien ha intentado registrarse en ${brand} con su dirección, pero ya hay una cuenta con ella.`,
        'Si ha sido usted, inicie sesión o, si ya no recuerda su contraseña, restablézcala.',
      ],
      closing: ['Si no ha sido usted, no tiene que hacer nada: su cuenta no ha cambiado.'],
    },
    'reset-password': {
      subject: 'Restablezca su contraseña',
      opening: (values) => [
        `Alguien ha pedido restablecer la contraseña de su cuenta de ${brand}. Si ha sido usted, abra el enlace en un plazo de ${minutes(values.minutes)} para elegir una nueva.`,
      ],
      button: 'Elegir una contraseña nueva',
      closing: ['Si no ha sido usted, no haga nada: su contraseña sigue siendo la misma.'],
    },
    'log-in': {
      subject: `Inicie sesión en ${brand}`,
      opening: (values) => [
        `Alguien ha pedido iniciar sesión en su cuenta de ${brand}. Si ha sido usted, abra el enlace en un plazo de ${minutes(values.minutes)}.`,
      ],
      button: 'Iniciar sesión',
      beforeCode: 'O escriba este código donde ha pedido iniciar sesión:',
      afterCode: 'No dé nunca el enlace ni el código a nadie. Nosotros nunca se los pediremos.',
      closing: ['Si no ha sido usted, no haga nada: nadie ha iniciado sesión.'],
    },
    'confirm-email': {
      subject: 'Confirme su nueva dirección de correo electrónico',
      opening: (values) => [
        `Alguien ha pedido usar ${values.newEmail} para una cuenta de ${brand}. Si ha sido usted, abra el enlace en un plazo de ${hours(values.hours)} para confirmar la dirección.`,
      ],
      button: 'Confirmar esta dirección',
      closing: [notMyLink],
    },
    'email-change-requested': {
      subject: 'Solicitud de cambio de su dirección de correo electrónico',
      opening: ({ newEmail }) => [
        `Alguien ha pedido cambiar la dirección de correo electrónico de su cuenta de ${brand} por ${newEmail}. Cambiará en cuanto se confirme la nueva dirección.`,
      ],
      closing: ['Si ha sido usted, aquí no tiene que hacer nada.', secureAccount],
    },
    'email-changed': {
      subject: 'Se ha cambiado su dirección de correo electrónico',
      opening: ({ newEmail }) => [
        `La dirección de correo electrónico de su cuenta de ${brand} se ha cambiado por ${newEmail}.`,
      ],
      closing: [
        wasMe,
        'Si no ha sido usted, inicie sesión con la nueva dirección, cambie su contraseña y cierre todas las demás sesiones. Si no puede iniciar sesión, póngase en contacto con nosotros de inmediato.',
      ],
    },
    'password-changed': {
      subject: 'Se ha cambiado su contraseña',
      opening: () => [`Se ha cambiado la contraseña de su cuenta de ${brand}.`],
      closing: [wasMe, 'Si no ha sido usted, restablezca ahora su contraseña y cierre todas las demás sesiones.'],
    },
    'account-locked': {
      subject: 'Los inicios de sesión en su cuenta están en pausa',
      opening: (values) => [
        `Varios intentos de iniciar sesión en su cuenta de ${brand} han fallado, así que durante un tiempo no se podrá entrar desde dispositivos nuevos. Los dispositivos en los que ya había iniciado sesión no se ven afectados. Si ha sido usted, abra el enlace en un plazo de ${minutes(values.minutes)} para volver a intentarlo enseguida.`,
      ],
      button: 'Volver a permitir el acceso',
      closing: [
        'Si no ha sido usted, nadie ha entrado y no tiene que hacer nada. Si usa su contraseña también en otros sitios, elija una nueva.',
      ],
    },
    'new-device': {
      subject: 'Nuevo inicio de sesión en su cuenta',
      opening: () => [
        `Alguien ha iniciado sesión en su cuenta de ${brand} desde un dispositivo que no habíamos visto antes.`,
      ],
      closing: [wasMe, secureAccount],
    },
  },
}
