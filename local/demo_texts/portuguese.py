"""What Brazilian merchants say."""

from __future__ import annotations

from local.demo_texts.texts import Texts

PORTUGUESE = Texts(
    tag="pt-BR",
    countries=("Brazil", "Brazil", "Brazil", "Portugal"),
    praise={
        "usability": (
            "Muito fácil de usar, em dez minutos já estava tudo pronto com a nossa logo.",
            "A interface é limpa e até quem acabou de entrar no estoque entende.",
            "Super intuitivo, não precisei de programador para nada.",
            "É fácil de mexer e faz exatamente o que promete.",
        ),
        "printing": (
            "Imprimimos mais de duzentos pedidos toda manhã e nunca deixou a gente na mão.",
            "O código de barras lê de primeira e não tem mais erro na hora de embalar.",
            "A qualidade da impressão é ótima e ficou com a cara da nossa marca.",
            "O bilhete de presente sai em uma folha separada, as clientes amam.",
        ),
        "speed": (
            "O aplicativo antigo era lento, com esse cem pedidos saem em um minuto.",
            "É muito rápido, mesmo na segunda com todos os pedidos do fim de semana.",
            "A gente ganha uma hora por dia com ele.",
        ),
        "support": (
            "O atendimento responde em menos de uma hora e ainda arrumou o nosso modelo.",
            "Melhor atendimento que já tive, dá para ver que são pessoas de verdade.",
            "A Marta da equipe de suporte ficou com a gente até a impressora funcionar.",
            "Chamei o atendimento no domingo e em cinco minutos estava resolvido.",
        ),
        "price": (
            "O preço é muito justo por tudo que ele faz.",
            "Custo benefício excelente, paga a mensalidade só com o tempo que economiza.",
            "Bom preço até para uma loja pequena como a minha.",
        ),
        "update": (
            "Cada atualização deixa o aplicativo melhor e nunca quebra nada.",
            "Adorei a nova versão, o editor ficou muito mais gostoso de usar.",
            "Pedimos uma função e ela veio na atualização seguinte, nota mil.",
        ),
        "language": (
            "Está tudo em português e a tradução é muito bem feita.",
            "O cliente de fora recebe a folha no idioma dele, ficou perfeito.",
        ),
        "payment": ("A nota fiscal e a etiqueta já saem juntas, era isso que eu procurava.",),
        "login": ("Cada pessoa tem a sua senha no tablet do estoque, muito prático.",),
        "delivery": ("O envio ficou muito mais rápido depois que a gente instalou.",),
        "connection": ("Sincroniza os pedidos das duas lojas em segundos, uma maravilha.",),
        "all": (
            "Usamos há três anos e continuamos muito satisfeitos.",
            "Já testei outros quatro e fico com esse sem pensar duas vezes.",
            "É o melhor que já usei na loja, não troco por nada.",
        ),
    },
    praise_ends=(
        "Recomendo!",
        "Cinco estrelas.",
        "Parabéns à equipe!!",
        "Show de bola 👏",
        "Nota dez.",
        "Amei 😍",
        "Continuem assim!",
    ),
    complaints={
        "crash": (
            "Trava muito, basta imprimir mais de cinquenta pedidos.",
            "Fica com a tela branca na pré-visualização e tenho que começar tudo de novo.",
            "Fecha sozinho no meio da impressão, um absurdo.",
        ),
        "bug": (
            "O código de barras não funciona e o leitor recusa todas as etiquetas.",
            "Dá erro toda vez que tento salvar um modelo, já cansei.",
            "As margens saem erradas na nossa impressora e ninguém sabe me dizer o motivo.",
        ),
        "speed": (
            "Muito lento, dá para tomar um café enquanto abre cem pedidos.",
            "Demora para carregar todo dia de manhã e ninguém faz nada a respeito.",
            "A lentidão só piora a cada mês, não dá para trabalhar assim.",
        ),
        "support": (
            "Nove dias sem resposta, o atendimento é péssimo.",
            "Já escrevi três vezes e o atendimento só manda o mesmo link.",
            "O suporte não entende nem do próprio aplicativo e ninguém responde no chat.",
        ),
        "price": (
            "Aumentaram o preço duas vezes esse ano e sem avisar.",
            "Muito caro para uma folha de papel com uma logo.",
            "Ficou mais caro só porque eu precisava de um segundo modelo, ridículo.",
        ),
        "payment": (
            "Cobraram duas vezes no meu cartão e até agora nada de estorno.",
            "Cancelei a assinatura em março e continuam cobrando, isso é golpe.",
            "Já cancelei faz um mês e ainda chega cobrança.",
        ),
        "login": (
            "Desloga a cada dez minutos, não dá para trabalhar desse jeito.",
            "O e-mail para trocar a senha nunca chega, perdemos o sábado inteiro.",
        ),
        "update": (
            "A última atualização estragou o nosso modelo e perdemos a manhã toda.",
            "Depois de cada atualização tem alguma coisa que não funciona mais, que raiva.",
        ),
        "delivery": (
            "Endereço errado nas etiquetas e as encomendas foram para outra pessoa, um caos.",
            "O código de rastreio não aparece na folha e o cliente reclama todo dia.",
        ),
        "language": (
            "A tradução é horrível, não tenho como mandar isso para os meus clientes.",
            "A ajuda em português não existe, é tudo em inglês.",
        ),
        "connection": ("Não sincroniza os pedidos por horas e a gente separou os errados.",),
        "data loss": (
            "Perdi meus modelos de um dia para o outro, horas de trabalho jogadas fora.",
        ),
        "usability": (
            "O editor é confuso e muito complicado de entender, desisti depois de duas horas.",
        ),
        "missing feature": ("Falta a opção de colocar o CNPJ na folha, assim não serve para nós.",),
    },
    complaint_ends=(
        "Desinstalei.",
        "Não recomendo.",
        "Muito decepcionada.",
        "Nunca mais!!",
        "Arrumem isso, por favor.",
        "Perda de tempo 😡",
        "Vamos procurar outro.",
    ),
    mixed=(
        "Bom aplicativo, mas o editor é lento quando o modelo tem muitas imagens.",
        "Funciona bem, só falta a opção de ordenar por prateleira.",
        "No geral é bom, mas o preço sobe cedo demais para nós.",
        "Imprime o que precisa. A tradução do segundo idioma deu um pouco de trabalho.",
        "É bom, mas a pré-visualização nem sempre bate com o que sai da impressora.",
        "O atendimento é gentil, mas demorou uma semana para achar o erro.",
    ),
    happy=(
        "Rápido e muito educado, obrigada!",
        "Funcionou de primeira.",
        "O passo a passo com imagens é muito claro, adorei.",
        "Que bom ter atendimento até no domingo.",
        "Resolvido em cinco minutos, não tem o que melhorar.",
        "Foi muito paciente comigo, só tenho a agradecer 🙂",
        "Obrigado pelo estorno, caiu antes do que eu esperava.",
    ),
    unhappy=(
        "O passo a passo não bate com o que aparece na minha tela.",
        "Tive que explicar o problema três vezes, é cansativo.",
        "Ainda não funciona e eu preciso disso antes de segunda.",
        "A resposta era sobre outra impressora que não é a nossa.",
        "Dois dias para ter uma resposta do atendimento, é muito.",
        "Leiam a pergunta antes de mandar resposta pronta!!",
        "Ainda espero o estorno e ninguém me diz quando cai.",
    ),
    after_edit="Atualizando: ligaram no dia seguinte e voltou a imprimir, aumentei a nota.",
    replies=(
        "Obrigado pelas palavras! A equipe toda ficou feliz.",
        "Obrigado por avisar. Já escrevemos para você e só paramos quando imprimir.",
        "Obrigado! Ordenar por prateleira está na lista deste trimestre.",
    ),
    subjects={
        "reset-printer": "Não sai nada da impressora",
        "blank-slips": "As folhas saem vazias",
        "change-plan": "Como mudo de plano?",
        "refund-timing": "Quando cai o meu estorno?",
        "add-logo": "Onde coloco a nossa logo?",
        "tax-number": "CNPJ na folha",
        "second-language": "Folhas em dois idiomas",
        "slow-batches": "Imprimir 100 pedidos demora demais",
    },
    questions=(
        "O código de barras não lê",
        "Podem olhar o nosso modelo?",
        "Fatura do mês passado",
    ),
)
