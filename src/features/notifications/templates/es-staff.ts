import { brand, type StaffTexts } from './mail-texts'

export const esStaff: StaffTexts = {
  'factors-reset': {
    subject: 'Se han quitado formas de iniciar sesión de su cuenta',
    opening: () => [
      `Nuestro equipo ha quitado los segundos factores de su cuenta de ${brand}: aplicaciones de autenticación, llaves de acceso y códigos de recuperación. Todas las sesiones se han cerrado. Inicie sesión con su contraseña, o con un correo, y configure uno nuevo.`,
    ],
    closing: ['Si no lo ha pedido usted, póngase en contacto con nosotros de inmediato.'],
  },
  impersonated: {
    subject: 'Nuestro equipo ha actuado en su cuenta',
    opening: ({ detail }) => [
      `Una persona de nuestro equipo ha actuado en su cuenta de ${brand} durante un tiempo limitado. Puede ver lo que usted ve, pero no cambiar nada de lo que usa para iniciar sesión. Lo encontrará en la actividad de su cuenta y puede terminarlo en las sesiones.`,
      ...(detail ? [`El motivo: ${detail}`] : []),
    ],
    closing: ['Si no lo esperaba, póngase en contacto con nosotros.'],
  },
}
