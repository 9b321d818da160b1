/*
 * nat_no.c - names, places and number formats of Norway. See nationality.h.
 */
#include "simulator/nationality.h"

/* clang-format off */
const struct nationality nationality_no = {
	.code = "NO",
	.country = "Norway",
	.male =
		"Aksel,Amund,Anders,Ante,Arild,Arne,Asbjørn,Aslak,Atle,Birger,Bjarne,Bjørnar,"
		"Brage,Brynjar,Dagfinn,Edvard,Egil,Einar,Eirik,Eivind,Emil,Endre,Erlend,Eskil,"
		"Espen,Even,Finn,Fredrik,Frode,Geir,Gunnar,Gunnstein,Håkon,Halvard,Halvor,Harald,"
		"Haakon,Helge,Henrik,Herman,Håvard,Inge,Ivar,Jarle,Jon,Jørgen,Kåre,Kjell,Kjetil,"
		"Knut,Lars,Leif,Magne,Mats,Morten,Nils,Odd,Ola,Olav,Ove,Pål,Peder,Ragnar,Roar,"
		"Rolf,Rune,Sander,Sigurd,Simen,Sindre,Sivert,Skjalg,Snorre,Stein,Ståle,Steinar,"
		"Svein,Sverre,Syver,Terje,Thor,Tore,Torstein,Trond,Trygve,Ulrik,Vegard,Vetle,"
		"Vidar,Øystein,Øyvind,Åge,Åsmund",
	.female =
		"Agnes,Amalie,Andrea,Anette,Anita,Anne,Arnhild,Aslaug,Aud,Aurora,Berit,Birgit,"
		"Bjørg,Bodil,Borghild,Brita,Cecilie,Dagny,Ebba,Eldbjørg,Eline,Ellen,Else,Elise,"
		"Emilie,Eva,Frida,Frøydis,Gerd,Gro,Guro,Gunhild,Gunn,Hanna,Hedda,Hege,Heidi,"
		"Helga,Hilde,Hildegunn,Ida,Ine,Inger,Ingunn,Iselin,Janne,Johanne,Jorunn,Karianne,"
		"Kari,Kine,Kirsti,Kjersti,Kristin,Laila,Lene,Linn,Liv,Live,Magnhild,Maja,Malin,"
		"Marit,Marte,Mina,Nora,Oda,Oline,Ragnhild,Randi,Rannveig,Reidun,Runa,Siri,Sissel,"
		"Sigrun,Silje,Siv,Solfrid,Solveig,Stine,Sunniva,Synne,Synnøve,Tale,Thea,Tiril,"
		"Tone,Toril,Torunn,Trude,Turid,Tuva,Unni,Vigdis,Vilde,Ylva,Åse,Åshild",
	.last =
		"Aamodt,Aanensen,Aas,Aasen,Alstad,Amundsen,Andreassen,Antonsen,Arnesen,Aune,"
		"Bakke,Bakken,Berge,Berntsen,Birkeland,Bjerke,Bjørnstad,Bråten,Brekke,Bruvik,"
		"Bugge,Bø,Dahle,Dalen,Dyrnes,Edvardsen,Egeland,Eide,Eikeland,Eilertsen,Ellingsen,"
		"Engen,Eriksen,Espeland,Evensen,Falch,Fjeld,Flaten,Foss,Fosse,Fredriksen,"
		"Furuseth,Gjerde,Granli,Grønli,Gulbrandsen,Gundersen,Haga,Hagen,Halvorsen,Hammer,"
		"Hanssen,Haugen,Hauge,Haugland,Heggelund,Helland,Helgesen,Hetland,Hoel,Holen,"
		"Holmen,Holte,Hovland,Husby,Isaksen,Iversen,Jakobsen,Johannessen,Jørstad,Karlsen,"
		"Kleppe,Knudsen,Kolstad,Kristoffersen,Kvam,Kvamme,Langeland,Larsen,Lervik,Lie,"
		"Lien,Lillebø,Løken,Lunde,Magnussen,Mathisen,Melby,Mikalsen,Mo,Moen,Monsen,Myhre,"
		"Myklebust,Næss,Nesse,Nilsen,Nordby,Nordli,Nygård,Nyland,Odland,Olaussen,Opsahl,"
		"Ormåsen,Rasmussen,Røed,Rønning,Sagen,Sandnes,Sandvik,Selnes,Simonsen,Sivertsen,"
		"Skaar,Skogen,Solberg,Solheim,Sørensen,Stenersen,Strand,Strøm,Sunde,Svendsen,"
		"Sæther,Tangen,Thorsen,Tveit,Torgersen,Ulriksen,Vatne,Vik,Volden,Wold,Ødegård,"
		"Øverland",
	.street =
		"Akersveien,Bakkegata,Birkelundsveien,Bjerkealleen,Bogstadveien,Brattlia,Bryggen,"
		"Dronningens gate,Elveveien,Fjellveien,Fjordgata,Furubakken,Gamle Drammensvei,"
		"Granåsen,Grensesvingen,Grønlandsleiret,Hagaveien,Havnegata,Heggelia,"
		"Henrik Ibsens gate,Holmenkollveien,Jernbanegata,Karl Johans gate,Kirkeveien,"
		"Klokkerveien,Kongens gate,Lillehagen,Lyngåsen,Løkkeveien,Markveien,Møllergata,"
		"Munkedamsveien,Nedre Slottsgate,Nordstrandveien,Nygårdsgaten,"
		"Olav Tryggvasons gate,Parkveien,Prinsens gate,Rosenborggata,Rådhusgata,"
		"Sandviksveien,Sjøgata,Skippergata,Skogveien,Solsvingen,Storgata,Strandgaten,"
		"Tordenskjolds gate,Torggata,Trollåsveien,Tverrveien,Uelands gate,"
		"Vestre Torggaten,Vindfangerbukta,Øvre Bergsvei,Ålesundgata",
	.city =
		"Alta,Arendal,Askim,Bergen,Bodø,Brumunddal,Drammen,Drøbak,Egersund,Elverum,"
		"Farsund,Fauske,Flekkefjord,Florø,Fredrikstad,Førde,Gjøvik,Grimstad,Halden,Hamar,"
		"Hammerfest,Harstad,Haugesund,Honningsvåg,Horten,Hønefoss,Jessheim,Kirkenes,"
		"Kongsberg,Kongsvinger,Kristiansand,Kristiansund,Larvik,Levanger,Lillehammer,"
		"Lillestrøm,Lillesand,Mandal,Melbu,Mo i Rana,Molde,Mosjøen,Moss,Namsos,Narvik,"
		"Notodden,Odda,Orkanger,Oslo,Porsgrunn,Rjukan,Røros,Sandefjord,Sandnes,Sarpsborg,"
		"Ski,Skien,Sogndal,Sortland,Stavanger,Steinkjer,Stjørdal,Stord,Svolvær,Tromsø,"
		"Trondheim,Tvedestrand,Tønsberg,Ulsteinvik,Vadsø,Vardø,Verdal,Voss,Ålesund,"
		"Åndalsnes",
	.state =
		"Akershus,Aust-Agder,Buskerud,Finnmark - Finnmárku,Hedmark,Hordaland,Innlandet,"
		"Møre og Romsdal,Nordland,Oppland,Oslo,Rogaland,Sogn og Fjordane,Telemark,"
		"Troms - Romsa,Trøndelag,Vest-Agder,Vestfold,Vestland,Viken,Østfold",
	.double_first = " ",
	.double_first_percent = 6,
	.double_last = " ",
	.double_last_percent = 8,
	.postcode = "####",
	.phone = "[2-8]#######",
	.cell = "[4-9]#######",
	.id_name = "FN",
	.id_value = "%d%m%y#####",
};
/* clang-format on */
