"""What Spanish-speaking merchants say."""

from __future__ import annotations

from local.demo_texts.texts import Texts

SPANISH = Texts(
    tag="es",
    countries=("Spain", "Spain", "Mexico", "Argentina"),
    praise={
        "usability": (
            "Muy fácil de usar, en diez minutos ya lo teníamos todo listo con nuestro logo.",
            "La interfaz es clara y hasta los chicos nuevos del almacén la entienden.",
            "Es súper intuitiva, no me hizo falta nadie que sepa programar.",
            "Es fácil de manejar y hace justo lo que promete.",
        ),
        "printing": (
            "Imprimimos más de doscientos pedidos cada mañana y nunca nos ha fallado.",
            "Los códigos de barras se leen a la primera y ya no hay errores al empaquetar.",
            "La calidad de impresión es buenísima y por fin se ve nuestra marca.",
            "Las notas de regalo salen en su propia hoja, a nuestras clientas les encanta.",
        ),
        "speed": (
            "Con la otra era todo muy lento y ahora cien pedidos salen en un minuto.",
            "Va muy rápida, hasta los lunes con todos los pedidos del finde.",
            "Nos ahorra mucho tiempo, una hora de trabajo todos los días.",
        ),
        "support": (
            "El soporte responde enseguida y hasta nos arregló la plantilla.",
            "La atención al cliente es un diez, se nota que hay personas de verdad.",
            "Marta, del equipo de soporte, no paró hasta que la impresora funcionó.",
            "Escribí al soporte un domingo y en cinco minutos estaba resuelto.",
        ),
        "price": (
            "El precio es muy justo para todo lo que hace.",
            "Cuesta menos que la que teníamos y es mil veces mejor, un gran precio.",
            "Muy buen precio, incluso para una tienda pequeña como la mía.",
        ),
        "update": (
            "Cada actualización la mejora y nunca rompe nada.",
            "Me encanta la nueva versión, el editor es mucho más cómodo.",
            "Pedimos una función y ya estaba en la siguiente actualización, increíble.",
        ),
        "language": (
            "Está todo en español y muy bien traducido, se agradece.",
            "Los clientes de Francia la reciben en su idioma y eso nos ayuda mucho.",
        ),
        "payment": ("La factura y el albarán salen juntos, justo lo que buscábamos.",),
        "login": ("Cada uno tiene su contraseña en la tableta del almacén, muy práctico.",),
        "delivery": ("Los envíos salen el doble de rápido desde que la usamos.",),
        "connection": ("Sincroniza los pedidos de las dos tiendas en segundos, una maravilla.",),
        "all": (
            "Llevamos tres años con ella y seguimos encantados.",
            "Probé otras cuatro antes y con esta estoy muy contenta.",
            "Es justo lo que necesitábamos para el almacén y funciona muy bien.",
        ),
    },
    praise_ends=(
        "¡La recomiendo!",
        "Cinco estrellas.",
        "¡Gracias, equipo!",
        "De diez 👍",
        "Seguid así!!",
        "Encantada 😊",
        "No cambio por nada.",
    ),
    complaints={
        "crash": (
            "Se cierra sola siempre que imprimo más de cincuenta pedidos, así no hay manera.",
            "Se queda la pantalla en blanco en la vista previa y hay que empezar de cero.",
            "Se congela a mitad de la tanda y nos hace perder toda la mañana.",
        ),
        "bug": (
            "El código de barras ya no funciona y el lector nos rechaza todas las hojas.",
            "Me sale un error cada vez que guardo una plantilla, ya estoy harta.",
            "Los márgenes salen mal en nuestra impresora y nadie sabe por qué.",
        ),
        "speed": (
            "Es lentísima, tarda mucho y por la mañana hay que esperar a los pedidos.",
            "Demasiado lento para más de cincuenta pedidos a la vez.",
            "Tarda en cargar todas las mañanas y parece que a nadie le importa.",
        ),
        "support": (
            "Nueve días esperando y nadie responde, la atención al cliente es pésima.",
            "Escribí tres veces al soporte y me mandaron tres veces el mismo enlace.",
            "El soporte no conoce ni su propio producto, una vergüenza.",
        ),
        "price": (
            "Han subido el precio dos veces este año y sin avisar.",
            "Es muy caro para una hoja de papel con un logo.",
            "En cuanto quieres otra plantilla te suben la tarifa, qué vergüenza.",
        ),
        "payment": (
            "Me cobraron dos veces este mes y todavía estoy esperando el reembolso.",
            "Cancelé la suscripción en marzo y me siguen cobrando, es una estafa.",
            "La dimos de baja hace un mes y nos siguen mandando la factura.",
        ),
        "login": (
            "Se cierra la sesión cada diez minutos, así no se puede trabajar.",
            "El correo para cambiar la contraseña no llega nunca, perdimos todo el sábado.",
        ),
        "update": (
            "La última actualización nos rompió la plantilla y perdimos toda la mañana.",
            "Con cada nueva versión hay algo que deja de ir, y nosotros no somos sus probadores.",
        ),
        "delivery": (
            "Direcciones equivocadas en los albaranes y tres envíos perdidos por su culpa.",
        ),
        "language": (
            "La traducción es horrible, no puedo mandar eso a mis clientes.",
            "Pagamos lo mismo que todos y la ayuda en español no existe.",
        ),
        "connection": ("No sincroniza los pedidos durante horas y preparamos los que no eran.",),
        "data loss": ("Perdí todas mis plantillas de un día para otro, es muy frustrante.",),
        "usability": (
            "El editor es confuso y muy complicado de entender, lo dejé a las dos horas.",
        ),
        "missing feature": (
            "Falta la opción de poner el NIF en el albarán, así no nos sirve de nada.",
        ),
    },
    complaint_ends=(
        "Desinstalada.",
        "No la recomiendo.",
        "Muy decepcionada.",
        "¡Nunca más!",
        "Arreglen esto ya!!",
        "Una pérdida de tiempo 😡",
        "Buscamos otra.",
    ),
    mixed=(
        "Buena aplicación, pero el editor es lento cuando la plantilla tiene muchas imágenes.",
        "Funciona bien, falta la opción de ordenar por estantería.",
        "En general está bien, pero el precio sube demasiado pronto para nosotros.",
        "Imprime lo que debe. La traducción del segundo idioma nos costó varios intentos.",
        "Correcta, aunque la vista previa no siempre coincide con lo que sale.",
        "El soporte es amable, pero tardaron una semana en dar con la solución.",
    ),
    happy=(
        "Rápidos y muy amables, ¡muchas gracias!",
        "Funcionó a la primera.",
        "Los pasos con imágenes son muy claros, genial.",
        "Da gusto que el soporte conteste hasta en domingo.",
        "Resuelto en cinco minutos, no se puede pedir más.",
        "Nada que mejorar, fue muy paciente conmigo 🙂",
        "Gracias por el reembolso, llegó antes de lo que esperaba.",
    ),
    unhappy=(
        "Los pasos no coinciden con lo que veo en mi pantalla.",
        "Tuve que explicar el problema tres veces, es agotador.",
        "Sigue sin imprimir y lo necesito antes del lunes.",
        "La respuesta era para otra impresora que no es la nuestra.",
        "Dos días para que el soporte me contestara, es demasiado.",
        "Lean la pregunta antes de mandar una respuesta automática!!",
        "Todavía espero el reembolso y nadie me dice cuándo llega.",
    ),
    after_edit="Edito: nos llamaron al día siguiente y ya imprime otra vez, subo la nota.",
    replies=(
        "¡Gracias por sus palabras! Todo el equipo se alegra mucho.",
        "Gracias por contárnoslo. Le hemos escrito y no paramos hasta que imprima.",
        "¡Gracias! Ordenar por estantería está previsto para este trimestre.",
    ),
    subjects={
        "reset-printer": "No sale nada de la impresora",
        "blank-slips": "Los albaranes salen vacíos",
        "change-plan": "¿Cómo cambio de plan?",
        "refund-timing": "¿Cuándo llega mi reembolso?",
        "add-logo": "¿Dónde pongo nuestro logo?",
        "tax-number": "NIF en el albarán",
        "second-language": "Albaranes en dos idiomas",
        "slow-batches": "Imprimir 100 pedidos tarda una eternidad",
    },
    questions=(
        "El código de barras no se lee",
        "¿Pueden mirar nuestra plantilla?",
        "Factura del mes pasado",
    ),
)
