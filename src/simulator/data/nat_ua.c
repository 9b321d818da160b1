/*
 * nat_ua.c - names, places and number formats of Ukraine. See nationality.h.
 */
#include "simulator/nationality.h"

/* clang-format off */
const struct nationality nationality_ua = {
	.code = "UA",
	.country = "Ukraine",
	.male =
		"Anatoliy,Andriy,Antin,Arseniy,Artem,Bogdan,Bohdar,Boris,Bronislav,Danilo,Davyd,"
		"Demyan,Denis,Dmitro,Dobromisl,Eduard,Evgen,Fedir,Gennadiy,Gordiy,Grigoriy,Ignat,"
		"Igor,Illya,Ivan,Kazimir,Kirilo,Klim,Kostyantin,Kuzma,Lavrin,Leonid,Levko,"
		"Lubomir,Lukyan,Makar,Maksim,Mark,Markiyan,Matviy,Mikhaylo,Mikita,Mikola,Miron,"
		"Miroslav,Mstislav,Nazar,Nestor,Oleg,Oleksandr,Oleksiy,Omelyan,Orest,Ostap,Panas,"
		"Pavlo,Petro,Pilip,Prokip,Radislav,Roman,Rostislav,Ruslan,Samiylo,Semen,Sergiy,"
		"Severin,Stanislav,Stefan,Stepan,Svyatoslav,Taras,Timofiy,Tit,Tymur,Ustim,Vadim,"
		"Valentin,Valeriy,Vasil,Viktor,Vitaliy,Vladislav,Volodimir,Vsevolod,Yakiv,"
		"Yaroslav,Yaromir,Yosip,Yulian,Yuriy,Zakhar,Zinoviy",
	.female =
		"Agafiya,Alina,Alla,Anastasiya,Angelina,Anna,Bogdana,Boleslava,Bozhena,Daria,"
		"Diana,Dobromira,Eleonora,Elizaveta,Emiliya,Eva,Evgeniya,Galina,Ganna,Inna,Irina,"
		"Ivanna,Karina,Katerina,Khristina,Kira,Klavdiya,Ksenia,Larisa,Lesya,Lidiya,"
		"Liliya,Lubov,Ludmila,Lyubava,Lyudmila,Makara,Margarita,Marina,Mariya,Marta,"
		"Melaniya,Milana,Miroslava,Mlada,Nadiya,Nataliya,Neonila,Nina,Oksana,Oleksandra,"
		"Olena,Olga,Orina,Orisya,Paraska,Pelageya,Polina,Raisa,Rimma,Roksolana,"
		"Rostislava,Ruslana,Sofiya,Snizhana,Solomiya,Stanislava,Stefaniya,Svitlana,"
		"Tamara,Tayisiya,Tetyana,Ulyana,Uliana,Valentina,Valeriya,Varvara,Vasilisa,"
		"Vasilina,Vira,Viktoriya,Vitalina,Vlada,Volodimira,Yadviga,Yana,Yaroslava,Yaryna,"
		"Yevdokiya,Yuliya,Zhanna,Zinaida,Zlata,Zoya",
	.last =
		"Andrushchenko,Antonenko,Babenko,Babich,Bezborodko,Bilan,Bilik,Bilous,Boyko,"
		"Bodnar,Bondarenko,Borisenko,Buryak,Butko,Chaban,Chayka,Chepurniy,Cherednik,"
		"Chernenko,Chorniy,Chumachenko,Danilenko,Demchenko,Didenko,Dorosh,Dovzhenko,"
		"Drozd,Dubina,Fedorenko,Fesenko,Frolenko,Gavriluk,Golub,Gonchar,Gorbatuk,"
		"Gordienko,Gritsenko,Gulak,Guzenko,Haluk,Homenko,Honchar,Hrinko,Ilchenko,Isaenko,"
		"Ivashchenko,Ivchenko,Karpenko,Kharchenko,Klimenko,Kobzar,Koval,Kovalchuk,"
		"Kovalenko,Kozak,Kravchuk,Kravets,Krivonis,Kucher,Kulik,Kushnir,Kuzmenko,"
		"Lazarenko,Levchenko,Lisenko,Litvin,Litvinenko,Lukashenko,Lutsenko,Maksimchuk,"
		"Malenko,Marchenko,Martinuk,Matvienko,Melnichuk,Melnik,Mironenko,Mischenko,Moroz,"
		"Musienko,Nagorniy,Nazarenko,Nechay,Onishchenko,Ostapchuk,Ostrovskiy,Panasenko,"
		"Panchenko,Parkhomenko,Pavlenko,Petrenko,Pilipenko,Polishchuk,Ponomarenko,"
		"Prihodko,Prokopenko,Pustovit,Revenko,Romanenko,Rudenko,Rybak,Sahno,Savchenko,"
		"Semenko,Sereda,Shapoval,Shevchenko,Shevchuk,Shvets,Sidorenko,Skiba,Sokil,"
		"Solovey,Stadnik,Stelmakh,Stepanenko,Sushko,Tarasenko,Taran,Tereshchenko,"
		"Timoshenko,Tkach,Tkachuk,Tishchenko,Ustimenko,Vakulenko,Vasilenko,Vdovichenko,"
		"Velichko,Vishnevskiy,Vlasenko,Voloshin,Voronenko,Yakovenko,Yaremchuk,Yatsenko,"
		"Yushchenko,Zabolotniy,Zadorozhniy,Zakharchenko,Zinchenko,Zubko",
	.street =
		"Akademika Korolova,Bessarabska ploscha,Bogdana Hmelnickogo,"
		"Bulvar Lesi Ukrayinki,Cerkovna,Dachna,Dniprovska naberezhna,Dorogozhicka,"
		"Frantsuzkiy bulvar,Gagarina prospekt,Galicka,Goncharna,Grushevskogo,Hreschatik,"
		"Ivana Franka,Kashtanova,Kobzarska,Kozacka,Lisova,Lvivska ploscha,Lugova,"
		"Lukyanivska,Maydan Svobodi,Mayakovskogo,Mirna,Nezalezhnosti,Olenivska,"
		"Olesya Gonchara,Ozerna,Parkova,Peremogi prospekt,Pivdenna,Polova,Pushkinska,"
		"Richkova,Sadova,Shevchenka,Sichovih Striltsiv,Soborna,Solomyanska,Sonyachna,"
		"Svyatoshinska,Tarasivska,Tsentralna,Velika Vasilkivska,Vesnyana,Vishneva,"
		"Volodimirska,Yaroslaviv Val,Zalizna",
	.city =
		"Alchevsk,Berdichiv,Berdyansk,Bila Cerkva,Bolehiv,Boyarka,Brodi,Bucha,Cherkasi,"
		"Chernigiv,Chernivci,Chop,Dnipro,Dolina,Drogobich,Dubno,Energodar,Fastiv,Galich,"
		"Gadyach,Glukhiv,Irpin,Ivano-Frankivsk,Izmail,Izyum,Kalush,Kam'yanec-Podilskiy,"
		"Kam'yanske,Kaniv,Kharkiv,Kherson,Khmelnickiy,Kiyiv,Kolomiya,Konotop,Koroste,"
		"Kovel,Kremenchuk,Krivyi Rig,Kropivnickiy,Kup'yansk,Lebedin,Lubni,Luck,Lviv,"
		"Mariupol,Melitopol,Mirgorod,Mukachevo,Mykolayiv,Netishin,Nizhin,Nikopol,Odesa,"
		"Ostrog,Pavlograd,Poltava,Priluki,Rivne,Romni,Sambir,Shostka,Slov'yansk,Striy,"
		"Sumi,Ternopil,Truskavec,Uman,Uzhgorod,Vinnicya,Vyshgorod,Yalta,Zaporizhzhya,"
		"Zhitomir,Zolochiv",
	.state =
		"Avtonomna Respublika Krim,Cherkaska,Chernigivska,Chernivecka,Dnipropetrovska,"
		"Donecka,Ivano-Frankivska,Kharkivska,Khersonska,Khmelnicka,Kirovogradska,"
		"Kiyivska,Luganska,Lvivska,Mikolayivska,Odeska,Poltavska,Rivnenska,Sumska,"
		"Ternopilska,Vinnicka,Volinska,Zakarpatska,Zaporizka,Zhitomirska",
	.postcode_min = 10000,
	.postcode_max = 99999,
	.phone = "(09[6-9]) @##-####|(06[6-8]) @##-####",
	.cell = "(09[6-9]) @##-####|(06[6-8]) @##-####",
	.clean_phone = "(09[6-9]) ###-####|(06[6-8]) ###-####",
	.id_name = "",
};
/* clang-format on */
