/*
 * nat_tr.c - names, places and number formats of Turkey. See nationality.h.
 */
#include "simulator/nationality.h"

/* clang-format off */
const struct nationality nationality_tr = {
	.code = "TR",
	.country = "Turkey",
	.male =
		"Abdullah,Adem,Ahmet,Akın,Alper,Altan,Anıl,Arda,Aydın,Ayhan,Barış,Batuhan,Berk,"
		"Bora,Burak,Bülent,Can,Cem,Cemal,Cengiz,Çağatay,Çetin,Deniz,Doğan,Doruk,Efe,Ege,"
		"Emir,Emre,Ender,Engin,Enes,Erdem,Eren,Erhan,Erkan,Erol,Ertuğrul,Ferhat,Fikret,"
		"Furkan,Galip,Gökhan,Görkem,Güven,Hakan,Haluk,Hasan,Hüseyin,Ilgaz,İbrahim,İlhan,"
		"İlker,İsmail,Kaan,Kadir,Kağan,Kemal,Kerem,Korhan,Koray,Levent,Mehmet,Mert,Metin,"
		"Murat,Mustafa,Necati,Nihat,Oğuz,Okan,Onur,Orhan,Ozan,Ömer,Özgür,Polat,Rıza,"
		"Salih,Selim,Semih,Serdar,Serhat,Serkan,Sinan,Soner,Süleyman,Şahin,Şükrü,Taner,"
		"Tarık,Tolga,Tuncay,Turgut,Tuğrul,Uğur,Umut,Utku,Ünal,Volkan,Yağız,Yasin,Yavuz,"
		"Yiğit,Yusuf,Yılmaz,Zafer,Zeki",
	.female =
		"Aslı,Asuman,Aylin,Aysel,Aysun,Ayşegül,Ayten,Bahar,Başak,Begüm,Belgin,Belma,"
		"Beril,Berrin,Betül,Beyza,Binnur,Buket,Burcu,Büşra,Canan,Cansu,Ceren,Ceyda,Çağla,"
		"Çiğdem,Damla,Defne,Derya,Didem,Dilara,Dilek,Duygu,Ebru,Ece,Eda,Ela,Elif,Emine,"
		"Esin,Esra,Ezgi,Fadime,Fatma,Fidan,Filiz,Funda,Gamze,Gizem,Gonca,Gökçe,Gül,Gülay,"
		"Gülçin,Güliz,Gülşen,Güneş,Hacer,Hale,Hande,Hatice,Havva,Hülya,Işıl,Işık,İdil,"
		"İlknur,İpek,İrem,Jale,Kadriye,Kübra,Leman,Leyla,Mediha,Melek,Melike,Meltem,"
		"Merve,Meryem,Mine,Müge,Nalan,Naz,Nazlı,Nermin,Neslihan,Nesrin,Nilay,Nilüfer,Nur,"
		"Nuray,Oya,Öykü,Özge,Özlem,Pelin,Pınar,Rabia,Reyhan,Seda,Selin,Selma,Sema,Semra,"
		"Serap,Serpil,Sevgi,Sevil,Sibel,Simge,Songül,Şebnem,Şule,Tuba,Tuğçe,Tülay,Tülin,"
		"Ülkü,Yasemin,Yeliz,Yeşim,Zehra,Zeynep,Zuhal",
	.last =
		"Acar,Açıkgöz,Adıgüzel,Ağaoğlu,Akay,Akbaş,Akbulut,Akdeniz,Akgül,Akın,Aksoy,Aktaş,"
		"Aktürk,Akyol,Akyüz,Alkan,Altın,Altuntaş,Arıkan,Arslan,Aslan,Atalay,Ateş,Avcı,Ay,"
		"Aydemir,Aydoğan,Ayhan,Bakır,Balcı,Başaran,Bayrak,Bayram,Bektaş,Bilgin,Bozkurt,"
		"Bulut,Can,Candan,Ceylan,Coşkun,Çakır,Çalışkan,Çelik,Çetin,Çiçek,Çiftçi,Çınar,"
		"Dağ,Demir,Demirci,Demirel,Deniz,Dikmen,Dinç,Doğan,Doğru,Duman,Durmaz,Dursun,"
		"Eker,Ekinci,Erbay,Erdem,Erdoğan,Eren,Ergin,Ergün,Erkan,Eroğlu,Ersoy,Ertürk,"
		"Fırat,Gedik,Genç,Göktaş,Gül,Güler,Gümüş,Gündoğdu,Gündüz,Güneş,Güngör,Gürbüz,"
		"Gürsoy,Güven,Işık,İnan,İnce,Kahraman,Kalkan,Kaplan,Kara,Karaca,Karadağ,Karakaya,"
		"Karakuş,Karaman,Karataş,Kaya,Keskin,Kılıç,Kılınç,Kırmızı,Koç,Koçak,Korkmaz,"
		"Köksal,Köse,Kurt,Kuş,Küçük,Oğuz,Oktay,Oral,Orhan,Öz,Özcan,Özçelik,Özdemir,Özer,"
		"Özkan,Öztürk,Özyurt,Parlak,Pekcan,Polat,Sağlam,Sarı,Sarıkaya,Savaş,Sezer,Sezgin,"
		"Soylu,Sönmez,Sözen,Şahin,Şeker,Şen,Şener,Şimşek,Taş,Taşçı,Tekin,Tok,Topal,"
		"Toprak,Tosun,Tunç,Turan,Türkmen,Uçar,Uğur,Ulusoy,Uslu,Uysal,Uzun,Ünal,Ünlü,"
		"Varol,Vural,Yalçın,Yavuz,Yazıcı,Yeşil,Yıldırım,Yıldız,Yılmaz,Yiğit,Yurt,Yüce,"
		"Yüksel,Zengin,Zorlu",
	.street =
		"Abdi İpekçi Cd,Akasya Sk,Alemdar Cd,Anafartalar Cd,Ankara Blv,Atatürk Blv,"
		"Bağdat Cd,Barbaros Blv,Bahariye Cd,Cumhuriyet Cd,Çamlık Sk,Çınar Sk,Çiçek Sk,"
		"Deniz Sk,Fevzi Çakmak Cd,Gazi Blv,Gül Sk,Halaskargazi Cd,İnönü Cd,İstasyon Cd,"
		"İstiklal Cd,Kıbrıs Şehitleri Cd,Kordon Boyu,Kurtuluş Cd,Lale Sk,Meşrutiyet Cd,"
		"Mimar Sinan Cd,Mithatpaşa Cd,Nispetiye Cd,Papatya Sk,Sakarya Cd,Tunalı Hilmi Cd,"
		"Turgut Özal Blv,Vatan Cd,Yunus Emre Cd,Zafer Sk,Ziya Gökalp Cd",
	.city =
		"Adana,Adapazarı,Afyonkarahisar,Ağrı,Aksaray,Alanya,Ankara,Antakya,Antalya,"
		"Artvin,Aydın,Balıkesir,Bartın,Batman,Bingöl,Bodrum,Bolu,Burdur,Bursa,Çanakkale,"
		"Çankırı,Çorum,Denizli,Diyarbakır,Düzce,Edirne,Elazığ,Erzincan,Erzurum,Eskişehir,"
		"Fethiye,Gaziantep,Giresun,Hakkari,Iğdır,Isparta,İskenderun,İstanbul,İzmit,"
		"Karabük,Kars,Kastamonu,Kayseri,Kırıkkale,Kırklareli,Kırşehir,Kilis,Konya,"
		"Kütahya,Malatya,Manisa,Mardin,Mersin,Muğla,Muş,Nevşehir,Niğde,Ordu,Rize,Samsun,"
		"Siirt,Sinop,Tarsus,Tekirdağ,Tokat,Trabzon,Tunceli,Uşak,Van,Yalova,Zonguldak",
	.state =
		"Ankara,Antalya,Aydın,Balıkesir,Bursa,Çanakkale,Denizli,Diyarbakır,Edirne,Elazığ,"
		"Erzurum,Eskişehir,Gaziantep,Hatay,Iğdır,Isparta,İzmir,Kahramanmaraş,Kayseri,"
		"Kocaeli,Konya,Kütahya,Malatya,Manisa,Mersin,Muğla,Nevşehir,Ordu,Sakarya,Samsun,"
		"Sivas,Tekirdağ,Trabzon,Van,Yalova",
	.double_first = " ",
	.double_first_percent = 4,
	.postcode_min = 10000,
	.postcode_max = 99999,
	.phone = "(###)-###-####",
	.cell = "(###)-###-####",
	.id_name = "",
};
/* clang-format on */
