"""The topics we know without being told: what support answers and app reviews are mostly about.

The words are few on purpose. One that also means something else in its language is left out, such
as Spanish "cara" (dear, and face) or Dutch "duur" (dear, and duration).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from northstar.domain.topics import Theme, merged

_WORDS: Mapping[str, Mapping[str, str]] = {
    "login": {
        "any": "login, 2fa, captcha",
        "en": "log in, log into, logging in, logged out, log me out, logged me out, logs me out, "
        "log back in, logins, logout, sign in, signing in, sign me out, signed out, "
        "signed me out, password*, passcode*, verification code*, two factor, locked out",
        "fr": "me connecter, se connecter, vous connecter, mot de passe, mots de passe, "
        "identifiant, identifiants, deconnecte, déconnecter, authentification, "
        "code de vérification, reconnecter",
        "de": "*login*, einloggen, eingeloggt, ausgeloggt, ausloggen, anmelden, anmeldung, "
        "angemeldet, passwort*, *passwort*, kennwort*, zugangsdaten, bestätigungscode",
        "es": "iniciar sesión, inicio de sesión, inicie sesión, cerrar sesión, cierra la sesión, "
        "contraseña*, acceder a mi cuenta, entrar a mi cuenta, entrar en mi cuenta, "
        "código de verificación",
        "pt": "senha*, entrar na minha conta, entrar na conta, acessar minha conta, "
        "acessar a conta, iniciar sessão, palavra passe, palavras passe, código de verificação, "
        "logar, deslog*",
        "it": "password, riesco ad accedere, effettuare l'accesso, fare l'accesso, accedere al, "
        "accedere all'app, credenziali, codice di verifica, loggar*, autenticazione",
        "nl": "inlog*, ingelogd, uitgelogd, log in, in te loggen, wachtwoord*, verificatiecode*, "
        "pincode*",
        "pl": "zalogowa*, logowani*, logować, wylogow*, hasło, hasła, kod weryfikacyjny",
        "cs": "přihlás*, přihlaš*, odhlás*, odhlaš*, heslo, hesla, ověřovací kód*",
        "sv": "logga in, loggar in, inlogg*, loggas ut, loggar ut, loggade ut, utlogg*, "
        "lösenord*, bankid, verifieringskod*",
        "tr": "giriş yap*, giremiyorum, hesabıma gir*, oturum aç*, şifre*, parola*, doğrulama kodu",
        "ja": "ログイン, サインイン, ログアウト, パスワード, 認証コード, 二段階認証",
        "ko": "로그인, 로그아웃, 비밀번호, 인증번호, 본인인증",
        "zh": "登录, 登陆, 登錄, 登入, 密码, 密碼, 验证码, 驗證碼, 登不上",
        "ar": "تسجيل الدخول, تسجيل دخول, كلمة المرور, كلمة السر, رمز التحقق, كود التحقق, باسورد",
        "he": "להתחבר, התחברות, סיסמה, סיסמא, סיסמאות, כניסה לחשבון, להיכנס לחשבון, קוד אימות",
    },
    "crash": {
        "any": "crash, crashes",
        "en": "crash*, freezes, freezing, froze, force close*, black screen, blank screen, "
        "white screen, won't open, wont open, doesn't open, doesnt open, keeps closing, "
        "closes itself, closes by itself, keeps stopping",
        "fr": "plante, plantent, plantage*, se ferme, écran noir, écran blanc, figé, figée, "
        "fige, s'ouvre pas, s'ouvre plus, ne démarre",
        "de": "absturz*, abstürz*, abgestürzt, stürzt, stuerzt, hängt sich, eingefroren, "
        "friert ein, schwarzer bildschirm, öffnet sich nicht, startet nicht, "
        "lässt sich nicht öffnen",
        "es": "se cierra sola, se cierra solo, se me cierra, se cierra la app, se cuelga, "
        "se congela, se traba, pantalla negra, pantalla en blanco, no se abre, crashea*",
        "pt": "travando, travou, travam, trava muito, trava toda, fecha sozinho, fecha sozinha, "
        "fechando sozinho, fecha do nada, tela preta, tela branca, não abre, crasha*",
        "it": "crash*, si blocca, si chiude da sola, si chiude da solo, si impalla, "
        "schermata nera, schermo nero, non si apre, si pianta",
        "nl": "crasht, gecrasht, loopt vast, vastloopt, vastgelopen, loopt steeds vast, "
        "zwart scherm, wit scherm, start niet op, sluit zichzelf",
        "pl": "zawiesza, zacina, zamyka się sama, wyłącza się sama, czarny ekran, biały ekran, "
        "crashuje, nie otwiera się, nie uruchamia się, wysypuje się",
        "cs": "aplikace padá, pořád padá, neustále padá, stále padá, zamrzá, zamrzla, zasekává, "
        "seká se, černá obrazovka, nejde otevřít, nejde spustit",
        "sv": "krasch*, hänger sig, fryser, svart skärm, startar inte, går inte att öppna, "
        "låser sig, stängs ner",
        "tr": "çöküyor, çöktü, çökme*, kapanıyor, uygulamadan atıyor, siyah ekran, beyaz ekran, "
        "açılmıyor, donma*",
        "ja": "クラッシュ, アプリが落ち, アプリが閉じ, すぐ落ち, よく落ち, 強制終了, フリーズ, "
        "固まる, 固まって, 起動しない, 起動できない, 開けない, 画面が真っ",
        "ko": "튕겨, 튕기, 튕김, 팅겨, 팅김, 강제종료, 강제 종료, 먹통, 안열려, 안 열려, "
        "실행이 안, 멈춰, 멈춤",
        "zh": "闪退, 閃退, 应用崩溃, 程序崩溃, 软件崩溃, 经常崩溃, 总是崩溃, 老是崩溃, 一直崩溃, "
        "一直崩潰, 卡死, 死机, 當機, 黑屏, 白屏",
        "ar": "يتوقف فجأة, يغلق لوحده, يقفل لوحده, يخرج لوحده, شاشة سوداء, لا يفتح, ما يفتح, "
        "مايفتح, كراش",
        "he": "קורסת, קריסה, קריסות, נתקעת, נסגרת, נסגר לבד, מסך שחור, לא נפתח, לא נפתחת",
    },
    "bug": {
        "any": "bug, bugs",
        "en": "buggy, glitch*, error*, doesn't work, doesnt work, don't work, dont work, "
        "does not work, do not work, not working, isn't working, stopped working, won't work, "
        "malfunction*",
        "fr": "bug*, buge*, beug*, bogue*, erreur*, ne fonctionne pas, ne fonctionne plus, "
        "fonctionne pas, fonctionne plus, ne fonctionnent pas, marche pas, marche plus, "
        "dysfonctionn*",
        "de": "*fehlermeldung*, fehlerhaft*, *fehlercode*, programmfehler*, funktioniert nicht, "
        "funktionieren nicht, geht nicht mehr, funktioniert leider nicht, störung, störungen",
        "es": "error, errores, no funciona, no funcionan, no me funciona, dejó de funcionar, "
        "fallos, falla mucho, no carga",
        "pt": "bugado, bugada, bugando, erro, erros, não funciona, não funcionam, não funcionou, "
        "parou de funcionar, não está funcionando, não carrega",
        "it": "bug*, errore, errori, non funziona, non funzionano, non va più, malfunzionament*, "
        "problemi tecnici",
        "nl": "foutmelding*, foutcode*, technische fout*, werkt niet, werken niet, "
        "doet het niet, storing, storingen",
        "pl": "błąd, błędy, błędów, błędu, nie działa, nie działają, przestała działać, "
        "przestało działać, przestał działać",
        "cs": "chyba, chyby, chybu, chybová hláška, nefunguje, nefungují, přestala fungovat, "
        "přestalo fungovat",
        "sv": "bugg*, felmeddelande*, felkod*, tekniskt fel, tekniska fel, fungerar inte, "
        "fungerar ej, funkar inte, funkar ej, slutat fungera, slutade fungera, strular",
        "tr": "hata, hatası, hatalar, hata veriyor, çalışmıyor, çalışmadı, bozuldu",
        "ja": "バグ, エラー, 不具合, 動かない, 動作しない, 使えない, 機能しない, 反応しない, "
        "表示されない",
        "ko": "버그, 오류, 에러, 작동이 안, 작동 안, 작동하지",
        "zh": "错误, 錯誤, 故障, 出错, 出錯, 无法使用, 無法使用, 打不开, 打不開",
        "ar": "لا يعمل, لا تعمل, ما يشتغل, مايشتغل, لا يشتغل, أخطاء, خلل, عطل, مشكلة تقنية",
        "he": "באג, באגים, תקלה, תקלות, שגיאה, שגיאות, לא עובד, לא עובדת, הפסיק לעבוד, "
        "הפסיקה לעבוד",
    },
    "speed": {
        "en": "slow, slower, slowly, slowness, sluggish, lag, lags, laggy, lagging, buffering, "
        "takes forever, takes ages, too long to load, load time*, loading time*, slow to load, "
        "loads slowly, loads quickly, long time to load",
        "fr": "lent, lente, lents, lentes, lenteur*, lentement, ça rame, chargement*, "
        "temps de réponse",
        "de": "langsame, langsamer, langsames, zu langsam, sehr langsam, extrem langsam, "
        "ist langsam, langsam geworden, ladezeit*, lädt ewig, dauert ewig, ruckel*, ruckelt, "
        "ladevorgang",
        "es": "lento, lenta, lentos, lentas, lentitud, tarda mucho, tarda demasiado, "
        "tarda en cargar, demora en cargar",
        "pt": "lento, lenta, lentos, lentidão, demora para carregar, demora pra carregar, "
        "demora muito para abrir",
        "it": "lento, lenta, lenti, lentissim*, lentezza, caricamento*, ci mette troppo",
        "nl": "traag, trage, trager, tragere, traagste, traagheid, laadt niet, laadtijd*, "
        "duurt te lang, duurt lang, duurt heel lang",
        "pl": "działa wolno, wolno działa, bardzo wolno, powoln*, powoli, długo się ładuje, "
        "ładuje się, ładowanie, laguje",
        "cs": "pomal*, načítá, načítání, načítají, dlouho trvá, trvá dlouho, zpomal*",
        "sv": "långsam*, seg, segt, sega, laddar inte, laddningstid*, laggar, tar för lång tid",
        "tr": "yavaş*, geç yükleniyor, yüklenmiyor, kasma*, kasıyor, geç açılıyor",
        "ja": "遅い, 遅く, 遅すぎ, 重い, 重く, 重たい, もっさり, 読み込み, サクサク, 時間がかか",
        "ko": "느려, 느리, 느림, 렉이, 렉 걸, 렉걸, 로딩, 버벅, 오래 걸, 속도",
        "zh": "太慢, 很慢, 好慢, 慢死, 巨慢, 有点慢, 慢了, 卡顿, 卡頓, 加载, 加載, 速度, 太卡, "
        "很卡",
        "ar": "بطيء, بطيئة, بطئ, بطيئ, بطء, بطي",
        "he": "איטי, איטית, איטיים, איטיות, לוקח המון זמן, לוקח הרבה זמן, זמן טעינה",
    },
    "price": {
        "en": "price, prices, priced, pricing, pricey, expensive, overpriced, cheaper, costly, "
        "too much money, value for money, worth the money, paywall*",
        "fr": "prix, tarif*, trop cher, trop chère, plus cher, moins cher, pas cher, très cher, "
        "assez cher, un peu cher, coûteux, coûteuse, payant, payante",
        "de": "preis, preise, preisen, preislich*, preiserhöhung*, preisleistung*, teuer, teure, "
        "teurer, teuren, überteuert*, kostenpflichtig*",
        "es": "precio, precios, caro, caros, muy cara, más cara, carísimo, costoso, costosa, "
        "tarifa, tarifas",
        "pt": "preço, preços, caro, muito cara, mais cara, custo benefício, barato",
        "it": "prezzo, prezzi, troppo caro, molto caro, più caro, troppo cara, più cara, "
        "costoso, costosa, tariffa, tariffe",
        "nl": "prijs, prijzen, prijzig, te duur, heel duur, erg duur, zo duur, duurder, duurste, "
        "tarief, tarieven, goedkoop*, hoge kosten, extra kosten, geen kosten, aangerekend",
        "pl": "cena, ceny, cenę, cenowo, za drogo, za droga, za drogie, bardzo drogo, droższ*, "
        "cennik*",
        "cs": "cena, ceny, cenu, drahé, drahý, drahá, dražší, předražen*, levn*",
        "sv": "pris, priser, priset, dyrt, dyr, dyra, dyrare, prisvärd*, prishöjning*, billig*",
        "tr": "fiyat*, pahalı*, ucuz*, ücret*",
        "ja": "値段, 価格, 料金, 高すぎ, 割高, 値上げ, 課金",
        "ko": "가격, 비싸, 비싼, 비쌈, 저렴, 요금, 가성비",
        "zh": "价格, 價格, 价钱, 價錢, 太贵, 太貴, 很贵, 有点贵, 贵了, 涨价, 漲價, 便宜, 性价比, "
        "收费, 收費, 实惠, 實惠",
        "ar": "سعر, سعره, أسعار, أسعارهم, غالي جدا, غالية جدا, رخيص",
        "he": "מחיר, מחירים, יקר מדי, יקרה מדי, יקר מאוד, זול, זולה",
    },
    "payment": {
        "any": "paypal, apple pay, google pay",
        "en": "payment*, credit card*, debit card*, charged me, charging me, was charged, "
        "been charged, charged twice, overcharged, billing, billed, invoice*, checkout",
        "fr": "paiement*, carte bancaire, carte bleue, carte de crédit, prélevé, prélevée, "
        "prélèvement*, facture, factures, facturation, débité",
        "de": "zahlung, zahlungen, zahlungsmethode*, zahlungsart*, bezahlung, bezahlfunktion, "
        "kreditkart*, lastschrift*, abgebucht, abbuchung*, rechnung, rechnungen",
        "es": "método de pago, métodos de pago, forma de pago, pasarela de pago, el pago, "
        "mi pago, los pagos, tarjeta de crédito, tarjeta de débito, me cobraron, me cobran, "
        "cobro, cobros, factura, facturas",
        "pt": "pagamento*, cartão de crédito, cartão de débito, meu cartão, boleto*, cobrança*, "
        "cobraram, fatura, faturas, nota fiscal",
        "it": "pagamento, pagamenti, carta di credito, carta di debito, addebit*, fattura, fatture",
        "nl": "betaling, betalingen, betaalkaart*, betaalmethode*, creditcard*, kredietkaart*, "
        "visakaart*, debitkaart*, bankkaart*, bancontact, afgeschreven, factuur, facturen, "
        "incasso",
        "pl": "płatność, płatności, płatnością, karta płatnicza, karty płatniczej, "
        "karta kredytowa, karty kredytowej, blik, przelew, przelewy, przelewu, faktura, faktury, "
        "fakturę",
        "cs": "platba, platby, platbu, platební*, kreditní kart*, faktura, faktury, fakturu, "
        "strhli",
        "sv": "betalning*, kreditkort*, betalkort*, kontokort*, faktura, fakturan, fakturor, "
        "swish, debiterad*, debiterat",
        "tr": "ödeme, ödemeyi, ödemem, ödemeler, kredi kartı*, kartımdan, fatura*, para çekildi",
        "ja": "支払, 決済, クレジットカード, 請求, 引き落とし, 領収書",
        "ko": "결제, 신용카드, 카드 등록, 청구, 영수증",
        "zh": "支付, 付款, 扣款, 扣费, 扣費, 发票, 發票, 信用卡",
        "ar": "طريقة الدفع, طرق الدفع, عملية الدفع, الدفع عند, بطاقة ائتمان, بطاقة الائتمان, "
        "فاتورة, فواتير, بطاقتي",
        "he": "תשלום, תשלומים, כרטיס אשראי, כרטיס האשראי, חיוב, חיובים, חויבתי, חשבונית",
    },
    "subscription": {
        "en": "subscription*, unsubscrib*, auto renew*, automatic renewal, free trial*, "
        "trial period",
        "fr": "abonnement*, désabonn*, réabonn*, résili*, essai gratuit",
        "de": "abo, abos, abonnement*, kündigung*, kündigen, gekündigt, probeabo*, testabo*, "
        "probemonat",
        "es": "suscripción, suscripciones, prueba gratuita, prueba gratis, "
        "renovación automática, membresía*, darme de baja",
        "pt": "assinatura, assinaturas, mensalidade*, subscrição, teste grátis, "
        "período de teste, renovação automática",
        "it": "abbonamento, abbonamenti, disdetta, disdire, prova gratuita, rinnovo automatico",
        "nl": "abonnement*, opzeggen, opgezegd, opzegging, proefperiode*, proefabonnement*",
        "pl": "subskrypcj*, abonament*, okres próbny, okresu próbnego, okresie próbnym",
        "cs": "předplatn*, zkušební verze, zkušební doba, zkušební období, zkušební dobu",
        "sv": "prenumer*, abonnemang*, provperiod*, säga upp, sagt upp, sade upp",
        "tr": "abonelik*, aboneliğ*, üyelik*, üyeliğ*, deneme süresi, deneme sürümü",
        "ja": "サブスク, 解約, 定期購読, 無料期間, 無料トライアル, 自動更新, 退会, 月額",
        "ko": "구독, 해지, 정기결제, 자동결제, 무료체험, 무료 체험, 멤버십",
        "zh": "订阅, 訂閱, 续费, 續費, 试用期, 試用期, 包月, 开通会员, 会员费",
        "ar": "اشتراك, اشتراكي, فترة تجريبية, الفترة التجريبية",
        "he": "מנוי, מנויים, תקופת ניסיון, חידוש אוטומטי",
    },
    "refund": {
        "any": "refund, refunds",
        "en": "refund*, money back, reimburse*, chargeback*",
        "fr": "rembours*",
        "de": "erstattet, erstattung, erstatten, rückerstatt*, geld zurück, rückzahlung*",
        "es": "reembols*, devolución, devoluciones, devolver el dinero, devuelvan, "
        "devolvieron el dinero",
        "pt": "reembols*, estorno*, estornar, estornad*, estornou, dinheiro de volta, "
        "meu dinheiro, devolução, devoluções, ressarci*",
        "it": "rimbors*, soldi indietro, indietro i soldi",
        "nl": "terugbetal*, geld terug, terugstort*, teruggestort, restitutie",
        "pl": "zwrot pieniędzy, zwrotu pieniędzy, zwrot środków, zwrotu środków, zwrot kosztów, "
        "oddajcie pieniądze, reklamacj*",
        "cs": "vrácení peněz, vrátit peníze, vraťte peníze, vrátili peníze, peníze zpět, reklamac*",
        "sv": "återbetal*, pengarna tillbaka, pengar tillbaka",
        "tr": "iade*, paramı geri, geri ödeme",
        "ja": "返金, 払い戻し, 返品",
        "ko": "환불, 반품",
        "zh": "退款, 退钱, 退錢, 退货, 退貨, 赔偿, 賠償",
        "ar": "استرداد, استرجاع المبلغ, إرجاع المبلغ, إرجاع فلوسي, فلوسي",
        "he": "החזר, החזרים, זיכוי, כסף בחזרה, הכסף בחזרה",
    },
    "delivery": {
        "en": "delivery, deliveries, was delivered, delivered on, delivered to, shipping, "
        "shipment*, courier*, parcel, parcels, never arrived, arrived late, tracking number*",
        "fr": "livraison*, livrée, livreur*, été livré, pas livré, colis, expédition*, "
        "transporteur*",
        "de": "lieferung*, lieferzeit*, lieferdienst*, lieferant*, geliefert, versand, "
        "versandkosten*, paket, pakete, zugestellt, zustellung*, sendungsverfolgung",
        "es": "entrega, entregas, entregado, entregaron, el envío, envíos, gastos de envío, "
        "repartidor*, mi paquete, paquetería, mensajería, no ha llegado",
        "pt": "entrega, entregas, entregue, entregues, entregou, entregaram, entregar, frete, "
        "correios, transportadora*, não recebi, não chegou, antes do prazo, no prazo, "
        "dentro do prazo, fora do prazo, prazo de, rastrei*, rastreamento, encomenda*, envio, "
        "atraso, atrasou, atrasad*, chegou antes",
        "it": "consegna, consegne, consegnato, consegnata, spedizion*, spedito, spedita, pacco, "
        "pacchi",
        "nl": "levering*, geleverd, levertijd*, bezorging*, bezorger*, bezorgdienst*, pakketje*, "
        "verzending*, verzendkosten*, koerier*",
        "pl": "dostawa, dostawy, dostawę, dostawie, dostawca, dostawcy, przesyłk*, paczka, "
        "paczki, paczkę, kurier*, wysyłk*, paczkomat*",
        "cs": "doručen*, doručil*, doručit, doprava, dopravy, dopravu, dopravce, zásilk*, "
        "balík*, kurýr*, dodání, poštovné",
        "sv": "leverans*, levererad*, levererat, paket, paketet, frakt, frakten, hemleverans*",
        "tr": "kargo*, teslim edil*, teslim etm*, teslimat*, kurye*, siparişim gelmedi",
        "ja": "配送, 配達, 発送, 宅配, 送料, 荷物, 商品が届",
        "ko": "배송, 배달, 택배",
        "zh": "配送, 送餐, 快递, 快遞, 送货, 送貨, 物流, 送达, 送達, 送到, 骑手, 外送, 包裹, "
        "送来, 送過來, 送过来, 没送, 超时, 准时, 外卖员, 外卖小哥",
        "ar": "توصيل, شحنة, شركة الشحن, مندوب التوصيل, طلبي, لم يصل الطلب",
        "he": "משלוח, משלוחים, שליח, שליחים, לא הגיע המשלוח",
    },
    "quality": {
        "en": "quality, defective, damaged, faulty, fell apart, scratched",
        "fr": "qualité*, défectueu*, abîmé*, endommagé*",
        "de": "qualität*, *qualität*, defekt*, beschädigt*, kaputt, mangelhaft*",
        "es": "calidad, defectuos*, llegó roto, vino roto",
        "pt": "qualidade*, defeito*, defeituos*, quebrado*, quebrada*, danificad*, "
        "material ruim, rasgad*, falsificad*",
        "it": "qualità, difettos*, danneggiat*, scadente",
        "nl": "kwaliteit*, defect, defecte, beschadigd*, kapot",
        "pl": "jakość, jakości, wadliw*, uszkodzon*, zepsut*",
        "cs": "kvalit*, nekvalit*, vadn*, poškozen*, rozbit*",
        "sv": "kvalitet*, kvalité*, defekt*, skadad, skadat, trasig*, gick sönder",
        "tr": "kalite*, kusurlu, hasarlı, defolu, kırık geldi, bozuk geldi",
        "ja": "品質, 不良品, 壊れて, 壊れた, 破損, 粗悪",
        "ko": "품질, 불량, 파손, 퀄리티",
        "zh": "质量, 質量, 品质, 品質, 坏了, 壞了, 破损, 破損, 劣质, 假货, 不新鲜, 变质",
        "ar": "جودة, جودته, رديء, رديئة, تالف, مكسور",
        "he": "איכות, איכותי, איכותית, פגום, פגומה, שבור",
    },
    "support": {
        "en": "support team*, customer support, customer service, tech support, "
        "technical support, support staff, support agent*, their support, contact support, "
        "contacted support, help desk, helpdesk, customer care, live chat, no response, "
        "never replied, never responded",
        "fr": "service client*, service clientèle, service après vente, sav, support technique, "
        "conseillère, un conseiller, mon conseiller, aucune réponse, pas de réponse, assistance, "
        "hotline",
        "de": "kundendienst*, kundenservice*, kundensupport*, kundenbetreuung, kundenberat*, "
        "support, hotline*, keine antwort, ansprechpartner*, mitarbeiter",
        "es": "atención al cliente, servicio al cliente, servicio técnico, soporte técnico, "
        "soporte, no responden, no contestan, nadie responde, nadie contesta",
        "pt": "atendimento*, suporte técnico, o suporte não, equipe de suporte, sac, "
        "apoio ao cliente, pós venda, não respondem, ninguém responde, não respondeu, "
        "não responde",
        "it": "assistenza clienti, l'assistenza, assistenza tecnica, servizio clienti, "
        "supporto tecnico, call center, non rispondono, nessuna risposta, nessuno risponde",
        "nl": "klantendienst*, klantenservice*, klantvriendelijk*, helpdesk*, geen antwoord, "
        "geen reactie, onbereikbaar, medewerker, medewerkers, medewerkster, telefonisch",
        "pl": "obsługa klienta, obsługi klienta, obsługę klienta, biuro obsługi, "
        "wsparcie techniczne, wsparcia technicznego, infolini*, pomoc techniczna, "
        "brak odpowiedzi, nie odpowiadają, konsultant*",
        "cs": "zákaznická podpora, zákaznické podpory, zákaznický servis, zákaznická linka, "
        "zákaznickou podporu, technická podpora, technické podpory, nereagují, nikdo neodpovídá, "
        "neodpovídají, infolink*",
        "sv": "kundtjänst*, kundservice*, kundsupport*, support, supporten, inget svar",
        "tr": "müşteri hizmet*, müşteri deste*, müşteri temsilci*, destek ekib*, destek hatt*, "
        "canlı destek*, çağrı merkez*, cevap vermiyor*, dönüş yapmıyor*",
        "ja": "サポートセンター, カスタマーサポート, カスタマーサービス, サポートに, "
        "サポートから, サポートの対応, 問い合わせ, 問合せ, 返信がない, 返信が来, オペレーター",
        "ko": "고객센터, 고객 센터, 고객지원, 상담원, 상담사, 문의했, 문의해, 문의 했, 문의드, "
        "답변이 없, 응대",
        "zh": "客服, 售后, 售後, 服务态度, 服務態度, 不回复, 不回覆, 没人接, 投诉, 投訴",
        "ar": "خدمة العملاء, خدمة عملاء, دعم فني, الدعم الفني, لا يردون, ما يردون, لا أحد يرد",
        "he": "שירות לקוחות, שירות הלקוחות, שרות לקוחות, תמיכה, נציג, נציגה, נציגים, לא עונים, "
        "אין מענה",
    },
    "ads": {
        "any": "pop ups, popups",
        "en": "ads, an ad, every ad, ad free, ad after ad, adverts, advert, advertisement*, "
        "advertising, commercials",
        "fr": "pub, pubs, publicité*, publicitaire*",
        "de": "werbung, werbungen, werbeanzeige*, werbefrei*, werbespot*, werbevideo*, "
        "werbeunterbrechung*, werbeeinblendung*",
        "es": "anuncios, un anuncio, cada anuncio, publicidad*",
        "pt": "anúncios, muita propaganda, muitas propagandas, propagandas, publicidade*",
        "it": "pubblicità, pubblicitari*, troppi annunci",
        "nl": "reclame, reclames, advertentie*",
        "pl": "reklama, reklamy, reklam, reklamę, reklamami",
        "cs": "reklama, reklamy, reklam, reklamu, reklamou, reklamami",
        "sv": "reklam, reklamen, reklamfri*, reklamfilm*, annons*",
        "tr": "reklam*",
        "ja": "広告",
        "ko": "광고",
        "zh": "广告, 廣告",
        "ar": "إعلانات, إعلاناتهم",
        "he": "פרסומת, פרסומות",
    },
    "update": {
        "any": "update, updates",
        "en": "updated, updating, upgrade*, new version, latest version, newest version, "
        "previous version, old version, older version",
        "fr": "mise à jour, mises à jour, maj, nouvelle version, dernière version, "
        "ancienne version",
        "de": "*update*, aktualisier*, neue version, neuen version, neueste version, "
        "alte version, letzte version",
        "es": "actualización, actualizaciones, actualizar, actualicé, actualizaron, actualicen, "
        "nueva versión, última versión, versión anterior",
        "pt": "atualização, atualizações, atualizar, atualizei, atualizou, atualizaram, "
        "atualizem, nova versão, última versão, versão anterior",
        "it": "aggiornamento, aggiornamenti, aggiornare, dopo aver aggiornato, nuova versione, "
        "ultima versione, vecchia versione, versione precedente",
        "nl": "*update*, bijgewerkt, nieuwe versie, laatste versie, oude versie, vorige versie, "
        "upgrade*",
        "pl": "aktualizacj*, zaktualizow*, nowa wersja, nowej wersji, poprzednia wersja, "
        "poprzedniej wersji, starej wersji, ostatniej wersji",
        "cs": "aktualizac*, aktualizov*, nová verze, nové verze, nové verzi, poslední verze, "
        "předchozí verze, stará verze",
        "sv": "uppdater*, nya versionen, ny version, senaste versionen, gamla versionen",
        "tr": "güncelle*, yeni sürüm*, son sürüm*, eski sürüm*",
        "ja": "アップデート, アプデ, バージョンアップ, 最新版, 新バージョン, 旧バージョン, "
        "前のバージョン, 更新したら, 更新してから, 更新後",
        "ko": "업데이트, 업뎃, 새 버전, 최신 버전, 이전 버전, 구버전",
        "zh": "更新, 升级, 升級, 新版, 旧版, 舊版",
        "ar": "تحديث, تحديثات, إصدار جديد, الإصدار الجديد, الإصدار الأخير, النسخة الجديدة",
        "he": "עדכון, עדכונים, לעדכן, עדכנתי, גרסה חדשה, גירסה חדשה, הגרסה החדשה, גרסה קודמת",
    },
    "missing feature": {
        "en": "wish there was, wish there were, wish it had, wish you could, wish i could see, "
        "please add, feature request*, missing feature*, no option, would be nice if, "
        "would be great if, would like to see, bring back, lacks, needs more options",
        "fr": "il manque, manque une, manque un, manque des, manque la, serait bien de, "
        "serait bien que, serait bien si, serait sympa, rajouter, fonctionnalité manquante",
        "de": "funktion fehlt, funktionen fehlen, es fehlt die, es fehlt eine, fehlt leider, "
        "fehlende funktion*, wünschenswert, wäre schön wenn, wäre toll wenn, wäre super wenn, "
        "wäre gut wenn, bitte hinzufügen",
        "es": "falta la opción, falta una opción, faltan opciones, falta la función, "
        "deberían agregar, deberían añadir, agreguen, añadan, estaría bien que, sería bueno que, "
        "sería genial que",
        "pt": "falta a opção, falta opção, faltam opções, falta uma opção, poderiam colocar, "
        "poderiam adicionar, deveria ter a opção, adicionem, coloquem, seria bom se",
        "it": "manca la possibilità, manca la funzione, manca una funzione, mancano funzioni, "
        "sarebbe bello poter, sarebbe utile, dovreste aggiungere, aggiungete, "
        "aggiungere la possibilità",
        "nl": "ontbreekt, ontbreken, mis de, mis een, mis nog, mis ik, zou fijn zijn, "
        "zou handig zijn, zou leuk zijn, graag toevoegen",
        "pl": "brakuje opcji, brak opcji, brakuje funkcji, brak funkcji, brakuje mi, "
        "brak możliwości, brakuje możliwości, przydałoby się, przydałaby się, przydałby się, "
        "dodajcie",
        "cs": "chybí mi, chybí možnost, chybí funkce, chybí tu, chybí tam, přidejte, "
        "bylo by fajn, bylo by dobré, uvítal bych, uvítala bych",
        "sv": "saknar, saknas, önskar att det, vore bra om, skulle vara bra om, lägg till, "
        "borde finnas",
        "tr": "eklenmeli, ekleyin, eklerseniz, eklenirse, özelliği yok, özellik yok, "
        "seçeneği yok, olsa daha iyi",
        "ja": "機能が欲しい, 機能がほしい, 機能を追加, 機能がない, できるようにして, "
        "追加してほしい, 追加して欲しい, あったらいい, あると嬉しい, 対応してほしい, "
        "対応して欲しい",
        "ko": "기능이 있으면, 기능이 없, 기능도 있으면, 기능 추가, 추가해주세요, 추가해 주세요, "
        "추가되면, 추가했으면, 있으면 좋겠",
        "zh": "希望增加, 希望能增加, 希望可以增加, 希望加入, 希望添加, 建议增加, 建議增加, "
        "建议添加, 没有功能, 缺少功能",
        "ar": "ينقصه, ينقصها, أتمنى إضافة, ارجو إضافة, نتمنى إضافة, يا ريت تضيف, ياريت تضيف, "
        "لا يوجد خيار",
        "he": "חסר, חסרה, חסרות, הייתי שמח אם, הייתי שמחה אם, אין אפשרות, תוסיפו, להוסיף אפשרות",
    },
    "usability": {
        "en": "easy to use, simple to use, ease of use, easy to navigate, hard to navigate, "
        "hard to use, difficult to use, user friendly, intuitive, unintuitive, confusing, "
        "complicated, interface, ui, clunky, cluttered, layout",
        "fr": "facile à utiliser, simple à utiliser, facile d'utilisation, simple d'utilisation, "
        "facilité d'utilisation, difficile à utiliser, intuiti*, ergonomi*, compliqué*, "
        "interface*, pas pratique, peu pratique, prise en main, facile d'emploi",
        "de": "bedienung*, bedienbarkeit, zu bedienen, benutzerfreundlich*, *oberfläche*, "
        "übersichtlich*, unübersichtlich*, intuitiv*, kompliziert*, umständlich*",
        "es": "fácil de usar, fácil de utilizar, fácil de manejar, difícil de usar, intuitiv*, "
        "complicado de, complicada de, interfaz, confuso, confusa, amigable",
        "pt": "fácil de usar, fácil de mexer, difícil de usar, intuitiv*, complicado de, "
        "complicada de, interface, confuso, confusa, usabilidade",
        "it": "facile da usare, semplice da usare, facile da utilizzare, semplice da utilizzare, "
        "difficile da usare, intuitiv*, interfaccia, macchinos*, usabilità",
        "nl": "gebruiksvriendelijk*, gebruiksonvriendelijk*, gebruiksgemak*, "
        "gebruikersvriendelijk*, makkelijk in gebruik, gemakkelijk in gebruik, "
        "eenvoudig in gebruik, overzichtelijk*, onoverzichtelijk*, ingewikkeld*, omslachtig*, "
        "intuïtief, interface",
        "pl": "łatwa w obsłudze, prosta w obsłudze, łatwy w obsłudze, prosty w obsłudze, "
        "intuicyjn*, nieintuicyjn*, interfejs*, skomplikowan*, przejrzyst*, nieczyteln*",
        "cs": "uživatelsky přívětiv*, intuitivn*, přehledn*, nepřehledn*, ovládání, rozhraní, "
        "složité ovládání, komplikovan*, snadné použití",
        "sv": "lättanvän*, användarvänlig*, lätt att använda, enkel att använda, "
        "enkelt att använda, svår att använda, svårt att använda, krånglig*, rörig*, "
        "gränssnitt*, överskådlig*, smidig*",
        "tr": "kullanımı kolay, kolay kullanım*, kullanışlı*, kullanışsız*, kullanıcı dostu, "
        "arayüz*, karmaşık*, kullanımı zor",
        "ja": "使いやす, 使い易, 使いにく, 使いづら, 見やす, 見にく, 見づら, 分かりやす, "
        "わかりやす, 分かりにく, わかりにく, 操作性",
        "ko": "사용하기 편, 사용하기 불편, 쓰기 편, 쓰기 불편, 편리, 불편, 직관적, 복잡, "
        "인터페이스, 간편",
        "zh": "好用, 难用, 難用, 界面, 介面, 操作简单, 操作起来, 操作复杂, 操作方便, 操作簡單, "
        "使用方便, 很方便, 不方便, 用户体验",
        "ar": "سهل الاستخدام, سهلة الاستخدام, سهولة الاستخدام, صعب الاستخدام, صعبة الاستخدام, "
        "واجهة المستخدم, واجهة التطبيق, معقد, معقدة",
        "he": "קל לשימוש, קלה לשימוש, נוח לשימוש, נוחה לשימוש, קל לתפעול, ידידותי, ידידותית, "
        "ממשק, מסובך, מסובכת, לא נוח, אינטואיטיבי, אינטואיטיבית",
    },
    "data loss": {
        "en": "data loss, lost my data, lost my photos, lost my progress, lost my account, "
        "lost my work, lost my files, lost all my, lost all of my, lost everything, deleted my, "
        "deleted all, erased my, erased all, wiped my, wiped all",
        "fr": "perdu mes, perdu tous mes, perdu toutes mes, tout perdu, perte de données, "
        "effacé mes, supprimé mes, points ont disparu, tout a disparu, a tout effacé",
        "de": "datenverlust*, daten weg, daten sind weg, alles weg, daten gelöscht, "
        "alles gelöscht, daten verloren, fotos weg",
        "es": "perdí mis, perdí todo, perdí todos mis, perdí todas mis, perdí mi cuenta, "
        "perdí mi progreso, se me borró, se borraron, se me borraron, pérdida de datos",
        "pt": "perdi meus, perdi minhas, perdi tudo, perdi todos os meus, perdi minha conta, "
        "apagou tudo, sumiu tudo, sumiram meus, perda de dados",
        "it": "perso tutto, perso tutti i, perso tutte le, persi tutti, perdita di dati, "
        "cancellato tutto, cancellati tutti",
        "nl": "gegevens kwijt, alles kwijt, foto's kwijt, gegevens verloren, alles verloren, "
        "dataverlies, gegevensverlies",
        "pl": "utrata danych, utraciłem, utraciłam, straciłem wszystkie, straciłam wszystkie, "
        "straciłem wszystko, straciłam wszystko, usunęło mi, skasowało",
        "cs": "ztráta dat, ztratila se data, smazala všechn*, smazalo všechn*, zmizela data, "
        "vše zmizelo, přišel jsem o všech*, přišla jsem o všech*",
        "sv": "förlorat alla, förlorade alla, förlorat all, tappat alla, allt är borta, "
        "allt försvann, raderats, raderades",
        "tr": "verilerim sil*, verilerim kayb*, veri kaybı, her şey silindi, kayıtlarım sil*",
        "ja": "データが消, データが飛, データ消失, 全部消え, 記録が消, 履歴が消, 引き継ぎ, 引継ぎ",
        "ko": "데이터가 날, 데이터 날, 데이터가 사라, 기록이 사라, 다 날아, 다 사라, 초기화",
        "zh": "数据丢失, 數據丟失, 资料丢失, 資料遺失, 记录没了, 数据没了, 丢档",
        "ar": "فقدت بيانات, فقدت جميع, حذف جميع, ضاعت بيانات, انحذفت, فقدان البيانات",
        "he": "נמחק לי, נמחקו לי, נמחקו כל, איבדתי את כל, אובדן מידע, אובדן נתונים",
    },
    "security": {
        "any": "phishing, hacker, hackers, scam, spam",
        "en": "privacy, hacked, hacking, scam*, fraud*, spying, spyware, data breach*, "
        "personal data, personal information, stolen, unsafe",
        "fr": "arnaque*, pirate*, piraté*, piratage*, vie privée, données personnelles, fraude*, "
        "frauduleu*, escroc*, sécurité",
        "de": "datenschutz*, betrug, betrüger*, betrügerisch*, abzocke*, gehackt, "
        "sicherheitslücke*",
        "es": "estafa, estafas, estafador*, estafaron, fraude*, hackea*, privacidad, "
        "datos personales, robo de datos",
        "pt": "golpe, golpes, golpista*, fraude*, hackea*, privacidade, dados pessoais, "
        "roubo de dados, estelionat*",
        "it": "truffa, truffe, truffator*, truffat*, frode, frodi, hackerat*, privacy, "
        "dati personali, furto di dati",
        "nl": "oplicht*, opgelicht, fraude*, gehackt, privacy*, beveilig*, veiligheid*, bedrog",
        "pl": "oszust*, oszukan*, włamani*, dane osobowe, danych osobowych, prywatnoś*, "
        "zhakowa*, wyłudz*",
        "cs": "podvod*, hacknut*, soukromí, osobní údaje, osobních údajů, zabezpečen*",
        "sv": "bedrägeri*, bluff*, lurad, lurade, hackad*, hackat, personuppgift*, säkerhet*",
        "tr": "dolandır*, güvenlik*, gizlilik*, kişisel veri*, hacklen*, sahtekar*",
        "ja": "詐欺, 乗っ取, 不正アクセス, 不正利用, 個人情報, 情報漏, セキュリティ, プライバシー",
        "ko": "사기꾼, 사기당, 사기 당, 해킹, 개인정보, 보안, 도용",
        "zh": "骗子, 騙子, 诈骗, 詐騙, 盗号, 盜號, 隐私, 隱私, 个人信息, 個人資料, 被盗, 骗人, "
        "骗钱, 黑客",
        "ar": "احتيال, نصابين, نصب واحتيال, اختراق, خصوصية, هكر, محتال, محتالين",
        "he": "הונאה, רמאות, נוכלים, פרצו לי, פריצה, פרטיות, אבטחה, עוקץ",
    },
    "notifications": {
        "en": "notification*, notify, notifies, push message*",
        "fr": "notification*, notif, notifs",
        "de": "benachrichtig*, *benachrichtig*, push nachricht*, pushnachricht*",
        "es": "notificación, notificaciones",
        "pt": "notificação, notificações",
        "it": "notifica, notifiche",
        "nl": "meldingen, notificatie*, pushbericht*",
        "pl": "powiadomie*",
        "cs": "oznámení, notifikac*, upozornění",
        "sv": "notis, notisen, notiser, notiserna, notifikation*, notifiering*, pushnotis*",
        "tr": "bildirim*",
        "ja": "通知",
        "ko": "알림, 푸시",
        "zh": "推送, 通知栏, 收不到通知, 消息通知, 消息提醒",
        "ar": "إشعار, إشعارات, تنبيهات",
        "he": "התראה, התראות",
    },
    "connection": {
        "any": "wifi, wi fi, bluetooth, offline",
        "en": "internet connection, connection, no internet, sync, syncs, syncing, synced, "
        "network error, server error*, servers are down, server is down, disconnects, "
        "disconnecting, disconnected",
        "fr": "hors ligne, connexion internet, sans réseau, pas de réseau, du réseau, "
        "synchronis*, perte de connexion, problème de connexion",
        "de": "internetverbindung*, verbindungsfehler*, verbindungsabbr*, keine verbindung, "
        "verbindungsproblem*, wlan, synchronis*, verbindung bricht",
        "es": "sin conexión, conexión a internet, error de conexión, sin internet, sincroniz*, "
        "se desconecta, no conecta",
        "pt": "sem internet, sem conexão, conexão, sincroniz*, desconecta",
        "it": "connessione, senza internet, sincronizz*, si disconnette",
        "nl": "geen verbinding, slechte verbinding, verbinding valt, verbinding verbroken, "
        "geen internet, internetverbinding*, synchronis*",
        "pl": "brak internetu, bez internetu, brak połączenia, traci połączenie, "
        "utrata połączenia, połączenie z internetem, synchroniz*, rozłącza",
        "cs": "bez internetu, připojení, synchroniz*, odpojuje",
        "sv": "uppkoppl*, internetanslutning*, anslutning, anslutningen, synka*, synkron*",
        "tr": "internet yok, bağlantı*, bağlanmıyor, bağlanamıyor*, çevrimdışı, senkron*",
        "ja": "接続, 通信エラー, オフライン, 同期, ネットワーク",
        "ko": "연결, 와이파이, 블루투스, 오프라인, 동기화, 네트워크, 접속",
        "zh": "网络错误, 网络连接, 网络异常, 没有网络, 網路連線, 网络不好, 连不上, 連不上, 断线, "
        "斷線, 蓝牙, 藍牙, 同步, 离线, 離線",
        "ar": "الاتصال بالإنترنت, بدون إنترنت, بدون نت, بلوتوث, مزامنة, انقطاع الاتصال, ضعف الشبكة",
        "he": "חיבור לאינטרנט, בלי אינטרנט, ללא אינטרנט, סנכרון, בלוטוס, אופליין, מתנתק, מתנתקת",
    },
    "language": {
        "en": "translation*, translate, translated, not in english, in english, "
        "language option*, language setting*, wrong language, other languages, "
        "different language, change the language",
        "fr": "traduction*, mal traduit*, traduit en, en français, langue, langues",
        "de": "übersetz*, auf deutsch, deutsche sprache, deutscher sprache, sprachauswahl",
        "es": "traducción*, traducid*, en español, idioma, idiomas",
        "pt": "tradução, traduções, traduzid*, em português, idioma, idiomas",
        "it": "traduzion*, tradott*, in italiano, lingua italiana",
        "nl": "vertaling*, vertaald*, in het nederlands, nederlandstalig*, andere taal",
        "pl": "tłumaczen*, przetłumacz*, po polsku, język polski, języka polskiego, "
        "polska wersja, polskiej wersji",
        "cs": "překlad*, přeložen*, v češtině, čeština, češtinu, češtiny",
        "sv": "översatt*, översättning*, på svenska, svenska språket",
        "tr": "çeviri, çevirisi, türkçe*, dil seçeneği, dil desteği",
        "ja": "翻訳, 日本語",
        "ko": "번역, 한국어, 한글",
        "zh": "翻译, 翻譯, 中文, 简体, 繁體",
        "ar": "ترجمة, اللغة العربية, لغة عربية, يدعم العربية",
        "he": "תרגום, עברית",
    },
}

DEFAULT = tuple(
    Theme(name, {tag: tuple(map(str.strip, words.split(","))) for tag, words in of.items()})
    for name, of in _WORDS.items()
)
"""The themes that hold unless an operator's own replace them by name."""


def with_own(given: Iterable[Theme]) -> tuple[Theme, ...]:
    """Return what texts may be about: the default topics, with the operator's over them."""
    return merged(DEFAULT, given)
