/*
 * nat_fi.c - names, places and number formats of Finland. See nationality.h.
 */
#include "simulator/nationality.h"

/* clang-format off */
const struct nationality nationality_fi = {
	.code = "FI",
	.country = "Finland",
	.male =
		"Aarne,Aatos,Ahti,Aki,Aleksi,Antero,Antti,Arttu,Arvo,Daniel,Eero,Eetu,Eino,Elias,"
		"Erkki,Esa,Hannu,Harri,Heikki,Henrik,Ilmari,Into,Jani,Jari,Joni,Jouni,Juha,Jukka,"
		"Jussi,Kalle,Kari,Kimmo,Lasse,Lauri,Markku,Matias,Matti,Mika,Mikko,Niilo,Oiva,"
		"Olli,Onni,Oskari,Otso,Paavo,Panu,Pasi,Pekka,Pentti,Petri,Raimo,Reijo,Risto,"
		"Sakari,Sami,Santeri,Seppo,Simo,Tapio,Teemu,Timo,Toivo,Tuomas,Urho,Valtteri,"
		"Veikko,Ville,Väinö",
	.female =
		"Aada,Aino,Aila,Alisa,Anja,Anna,Anneli,Annikki,Anu,Arja,Eeva,Eila,Elina,Elisa,"
		"Emmi,Enni,Erja,Eveliina,Hanna,Heidi,Helmi,Hilja,Iida,Inka,Irja,Jaana,Johanna,"
		"Kaarina,Kaisa,Katariina,Kerttu,Kirsi,Laura,Leena,Lempi,Liisa,Lilja,Lotta,Maija,"
		"Marja,Marjatta,Martta,Mervi,Milla,Minttu,Mirja,Niina,Noora,Oona,Outi,Päivi,"
		"Pirjo,Pihla,Raija,Riikka,Ritva,Saara,Saga,Sanna,Satu,Seija,Senja,Silja,Sinikka,"
		"Sirpa,Sofia,Suvi,Tarja,Tuija,Tuuli,Tyyne,Ulla,Venla",
	.last =
		"Aalto,Ahonen,Alanko,Anttila,Aro,Eerola,Eskola,Haapala,Hakala,Halonen,Hannula,"
		"Harju,Hautala,Heikkinen,Heinonen,Helenius,Hiltunen,Hirvonen,Honkanen,Huhtala,"
		"Hytönen,Hämäläinen,Immonen,Jaakkola,Jalonen,Järvinen,Kallio,Karjalainen,"
		"Karppinen,Kauppinen,Keränen,Kettunen,Kinnunen,Kivelä,Koivisto,Kokkonen,Korpela,"
		"Koskinen,Kuusisto,Kärkkäinen,Laakso,Lahtinen,Laine,Lampinen,Lappalainen,"
		"Lehtonen,Leino,Leppänen,Lindström,Luoma,Makkonen,Mattila,Miettinen,Moilanen,"
		"Mustonen,Mäkelä,Mäkinen,Nevalainen,Nieminen,Niskanen,Nurmi,Oksanen,Ollila,"
		"Paananen,Parviainen,Pehkonen,Peltonen,Pesonen,Pitkänen,Puustinen,Rantala,Rautio,"
		"Riihimäki,Ruotsalainen,Räsänen,Saarinen,Salminen,Salonen,Savolainen,Seppälä,"
		"Sillanpää,Suominen,Takala,Tiainen,Toivonen,Tuominen,Turunen,Uusitalo,Vainio,"
		"Vartiainen,Virtanen,Vuorinen,Väisänen,Ylönen",
	.street =
		"Aleksanterinkatu,Asemakatu,Aurakatu,Eerikinkatu,Esplanadi,Haapatie,Harjukatu,"
		"Hämeenkatu,Itsenäisyydenkatu,Kalevankatu,Kanavaranta,Kauppakatu,Keskuskatu,"
		"Kirkkokatu,Koivukuja,Koulukatu,Kuusitie,Linnankatu,Läntinen Rantakatu,"
		"Mannerheimintie,Mechelininkatu,Metsäpolku,Myllykatu,Mäkitie,Niittytie,Pellontie,"
		"Pihlajatie,Pyynikintie,Rantatie,Satamakatu,Siltakatu,Sörnäisten rantatie,"
		"Tehtaankatu,Torikatu,Uudenmaankatu,Vaasankatu,Vanhatie,Yliopistonkatu,Ylätie",
	.city =
		"Alavus,Espoo,Forssa,Hamina,Hanko,Heinola,Helsinki,Hyvinkää,Hämeenlinna,Iisalmi,"
		"Imatra,Inari,Joensuu,Jyväskylä,Järvenpää,Kajaani,Kemi,Kerava,Kokkola,Kotka,"
		"Kouvola,Kuopio,Kuusamo,Lahti,Lappeenranta,Lohja,Loviisa,Mikkeli,Naantali,Nokia,"
		"Oulu,Pori,Porvoo,Raahe,Raisio,Rauma,Rovaniemi,Salo,Savonlinna,Seinäjoki,"
		"Sodankylä,Sotkamo,Tampere,Tornio,Turku,Utsjoki,Vaasa,Vantaa,Varkaus,Ylöjärvi,"
		"Äänekoski",
	.state =
		"Central Finland,Central Ostrobothnia,Finland Proper,Kainuu,Kymenlaakso,Lapland,"
		"Northern Ostrobothnia,Northern Savonia,Ostrobothnia,Pirkanmaa,Päijät-Häme,"
		"Satakunta,South Karelia,Southern Savonia,Tavastia Proper,Uusimaa,Åland",
	.double_first = "-",
	.double_first_percent = 10,
	.double_last = "-",
	.double_last_percent = 12,
	.postcode_min = 10000,
	.postcode_max = 99999,
	.phone = "0[2-9]-###-###",
	.cell = "04#-###-##-##",
	.clean_id = "%d%m%y-###@",
	.id_name = "HETU",
	.id_value = "NaNNA###undefined",
};
/* clang-format on */
