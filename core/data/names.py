"""Names by which logs call their columns, in English and other languages, as `dialects.plain` writes them."""

from core.data import schema

NAMES: dict[str, str] = {
    schema.USER: "userid user uid customeruniqueid customerid customer customerno custid reviewerid householdid "
    "householdkey household visitorid visitor memberid member clientid client accountid account steamid playerid "
    "personid person personidx msno learnerid studentid buyerid buyer authorid viewerid profileid cookieid deviceid "
    "fullvisitorid userpseudoid distinctid listener reader",
    schema.ITEM: "itemid item iid movieid movie asin parentasin stockcode productid product productcode sku "
    "articleid article songid song trackid track bookid book isbn gameid game appid newsid contentid businessid "
    "venueid venue poiid poi artistid artist recipeid courseid videoid showid ean upc goodsid itemnumber pageid "
    "page url clickarticleid storeid eventid placeid docid documentid jobid animeid materialid pageurl pagepath",
    schema.TIME: "timestamp time datetime unixreviewtime reviewtime invoicedate eventtime createdat created "
    "dateadded transactiontimestamp transactiontime transactiondate tdat purchasedate purchasetime orderdate "
    "ordertime playedat watchedat listenedat ratedat date ts utctime utctimestamp localtime visittime clicktime "
    "submissiontime reviewdate timestamps timestampms timems unixtime epoch eventtimestamp eventdate actiontime "
    "datecreated updatedat day when reviewtimestamp ratingtimestamp starttime dateofpurchase addedat lastplayed "
    "clicktimestamp visitstarttime position ordernumber",
    schema.EVENT: "event eventtype action actiontype behavior behaviour behaviortype behaviourtype interaction "
    "interactiontype activity activitytype eventname verb",
    schema.RATING: "rating ratings score stars overall reviewscore userrating reviewoverall starrating ratingvalue",
    schema.WEIGHT: "weight quantity qty count plays playcount hours playtime playtimeforever listencount watchratio "
    "salesvalue units numbersold dwelltime duration",
    schema.SESSION: "sessionid session usersession invoiceno invoice basketid basket visitid orderid transactionid "
    "receiptid cartid",
    schema.TITLE: "title name description itemname productname movietitle itemtitle songname trackname booktitle "
    "gamename producttitle articletitle headline tracktitle songtitle productdesc prodname apptitle lineitemname",
    schema.CATEGORY: "category categories genre genres class maincategory productcategory categorycode categoryname "
    "categoryid itemcategory department topic topics productgroupname sectionname subject movietype subcategory "
    "producttype",
}  # fmt: skip
"""Names by which logs call each column, as `plain` writes them, the more telling first."""
OTHER_LANGUAGES: dict[str, str] = {
    schema.USER: "用户id 用户 用户编号 用户名 会员id 会员 客户id 客户 客户编号 买家id 顾客id ユーザーid ユーザid "
    "ユーザー 会員id 顧客id 顧客 사용자id 사용자 회원id 고객id 고객 benutzer benutzerid nutzer nutzerid "
    "kunde kunden kundenid kundennr kundennummer käufer mitglied mitgliedsnummer utilisateur "
    "idutilisateur utilisateurid client idclient clientid acheteur usuario idusuario usuarioid cliente "
    "idcliente clienteid utente idutente utenteid usuário idusuário gebruiker gebruikersid klant klantid "
    "klantnummer użytkownik klient kullanıcı müşteri användare kund bruger пользователь idпользователя "
    "пользовательid клиент idклиента покупатель користувач المستخدم",
    schema.ITEM: "商品id 商品 商品编号 物品id 物品 产品id 产品 项目id 电影id 电影 视频id 歌曲id 书籍id 文章id 内容id "
    "アイテムid アイテム 商品コード 商品番号 製品id 작품id 상품id 상품 아이템id 아이템 제품id 영화id "
    "artikel artikelid artikelnr artikelnummer produkt produktid produktnummer film buch buchid objet "
    "idobjet produit idproduit articleid idarticle filmid livre producto idproducto productoid artículo "
    "articulo película pelicula libro prodotto idprodotto articolo produto idproduto artigo filme "
    "produktnr productnummer produktkod ürün товар idтовара товарid артикул продукт фильм книга المنتج",
    schema.TIME: "时间 时间戳 日期 日期时间 发生时间 行为时间 创建时间 购买时间 下单时间 浏览时间 点击时间 "
    "タイムスタンプ 日時 時刻 日付 購入日 購入日時 시간 일시 날짜 타임스탬프 구매일 zeitstempel zeit "
    "zeitpunkt datum datumzeit bestelldatum kaufdatum rechnungsdatum horodatage horodate heure "
    "datecommande dateachat dateheure fecha fechahora hora marcadetiempo data datetempo dataora "
    "dataacquisto orario datahora tijd tijdstip tijdstempel czas datazakupu tarih zaman tidpunkt "
    "tidsstempel дата время датавремя времяпокупки датапокупки датазаказа التاريخ",
    schema.EVENT: "行为 行为类型 事件 事件类型 操作 动作 行動 イベント イベントタイプ 행동 이벤트 ereignis aktion "
    "verhalten événement évènement evento acción accion azione ação gebeurtenis zdarzenie событие "
    "действие",
    schema.RATING: "评分 打分 星级 評価 評点 평점 별점 bewertung puntuación puntuacion calificación valoración "
    "valutazione voto avaliação beoordeling ocena оценка рейтинг",
    schema.WEIGHT: "数量 次数 購入数 个数 수량 menge anzahl stückzahl quantité quantite cantidad quantità quantidade "
    "aantal ilość количество",
    schema.SESSION: "会话id 会话 订单id 订单号 订单编号 セッションid 注文id 注文番号 세션id 주문번호 sitzung "
    "sitzungsid bestellnummer bestellung rechnungsnummer rechnung commande idcommande sesión pedido idpedido "
    "sesja idsesji zamówienie oturum "
    "sessione ordine sessão bestelling заказ сессия",
    schema.TITLE: "标题 名称 商品名称 片名 书名 商品名 タイトル 名前 제목 이름 상품명 titel bezeichnung produktname "
    "artikelbezeichnung titre nom libellé título titulo nombre descripción titolo nome descrição naam "
    "tytuł nazwa название наименование",
    schema.CATEGORY: "类别 分类 类目 品类 类型 商品类别 商品分类 カテゴリ カテゴリー ジャンル 카테고리 장르 분류 "
    "kategorie kategorien warengruppe produktkategorie catégorie catégories categoría categoria "
    "categorías género categorie genere categorieën kategoria kategori категория категории жанр",
}  # fmt: skip
"""The same in other languages; consulted after the English ones."""
PERSONAL: dict[str, str] = {
    schema.USER: "useruuid userguid userkey userhash useridx userindex userno customerkey customeruuid subscriberid "
    "patientid employeeid shopperid guestid panelistid raterid cardid patronid patron reviewer reviewers "
    "lesernummer idstudent domainuserid networkuserid customeruserid billinguserid actorid actormbox accountname "
    "username profilename customeremail useremail emailbilling billingemail emailaddress email uuid",
    schema.ITEM: "itemuuid itemguid itemkey itemidx productuuid productkey locationid spotid postid listingid "
    "hotelid propertyid restaurantid episodeid podcastid programid channelid questionid problemid exerciseid "
    "lessonid repoid offerid offeringid bookmarkid bibnumber bibnum mediennummer objectid albumid playlistid "
    "itemids productids movieids articleids trackids aid idsite idsito idproducto subreddit pagename postpagename "
    "spotifytrackuri trackuri titleurl letterboxduri videourl",
    schema.TIME: "orderpurchasetimestamp purchasetimestamp orderedat purchasedat checkoutdatetime checkoutdate "
    "ausleihdatum derivedtstamp collectortstamp tstamp createdutc hittimegmt endtime watcheddate minutes hours",
    schema.WEIGHT: "msplayed sumclick qtyordered",
    schema.SESSION: "domainsessionid gasessionid",
    schema.TITLE: "mastermetadatatrackname",
}
"""Rarer names, and those in what services tell people of themselves, of people, of counted times; consulted last."""
ITEM_TITLES = frozenset(
    [
        "title",
        "itemname",
        "productname",
        "movietitle",
        "itemtitle",
        "songname",
        "trackname",
        "booktitle",
        "gamename",
        "producttitle",
        "articletitle",
        "headline",
        "tracktitle",
        "songtitle",
        "apptitle",
        "mastermetadatatrackname",
    ]
)
"""Titles that name their item, so that they can stand for it where nothing else does."""
PEOPLE = frozenset(["username", "profilename"])
"""Names of people: two may have one, so an id comes first wherever it stands."""
VISITS = frozenset(["sessionid", "session", "usersession", "visitid"])
"""Sessions that can stand for users where a log knows nobody else."""
ITEM_ATTRIBUTES = frozenset(
    [
        "brand",
        "price",
        "unitprice",
        "sellingprice",
        "color",
        "colour",
        "author",
        "publisher",
        "manufacturer",
        "artistname",
        "albumname",
        "language",
        "productprice",
        "itemprice",
        "retailprice",
        "listprice",
        "size",
        "material",
        "style",
        "director",
    ]
)
USER_ATTRIBUTES = frozenset(
    [
        "country",
        "age",
        "agegroup",
        "gender",
        "sex",
        "occupation",
        "income",
        "incomerange",
        "city",
        "state",
        "region",
        "zip",
        "zipcode",
        "postcode",
        "householdsize",
        "maritalstatus",
        "homeownership",
        "kidscount",
        "userage",
        "usergender",
        "usercountry",
    ]
)
SAID = frozenset(
    """
    query querytext querystring searchquery searchterm searchterms searchtext searchphrase searchstring
    searchkeyword searchkeywords searchword search searched keyword keywords q term phrase question utterance
    request review reviewtext reviewbody reviewcontent reviewcomment comment comments commenttext commentbody
    feedback opinion remark remarks
    搜索词 搜索 搜索内容 检索词 查询 查询词 关键词 关键字 评论 评论内容 评价 评价内容 点评 留言 备注
    """.split()  # noqa: SIM905
)
"""What people said on an event: what they searched, what they think of what they had."""
TOKENS: dict[str, dict[str, int]] = {
    column: {
        name: place
        for place, name in enumerate(f"{names} {OTHER_LANGUAGES[column]} {PERSONAL.get(column, '')}".split())
    }
    for column, names in NAMES.items()
}
"""The place of each name in its list, by column."""
KNOWN = frozenset(name for names in TOKENS.values() for name in names) | {"id"} | ITEM_ATTRIBUTES | USER_ATTRIBUTES
