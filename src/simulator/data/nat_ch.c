/*
 * nat_ch.c - names, places and number formats of Switzerland. See nationality.h.
 */
#include "simulator/nationality.h"

/* clang-format off */
const struct nationality nationality_ch = {
	.code = "CH",
	.country = "Switzerland",
	.male =
		"Adrian,Alain,Albert,Alois,Andrin,Arnaud,Basile,Beat,Benno,Bruno,Christian,"
		"Claude,Cyrill,Damien,Denis,Dominik,Elias,Emil,Étienne,Fabio,Fabrice,Florian,"
		"François,Gian,Giacomo,Guido,Hans,Heinz,Jan,Jérôme,Jonas,Jürg,Kaspar,Konrad,"
		"Laurent,Levin,Linus,Loris,Luc,Lukas,Marcel,Mario,Matteo,Mattia,Nando,Nevio,Noël,"
		"Olivier,Pascal,Paul,Philippe,Ramon,Reto,Roger,Roland,Romain,Rolf,Samuel,Sandro,"
		"Silvan,Timo,Urs,Valentin,Werner,Yannick",
	.female =
		"Alessia,Alina,Anja,Anouk,Antonia,Arlette,Barbara,Bettina,Carla,Catherine,Céline,"
		"Chiara,Christine,Claudia,Colette,Daniela,Delia,Denise,Désirée,Elena,Eliane,"
		"Elisabeth,Fabienne,Flavia,Flurina,Franziska,Gabriela,Giulia,Heidi,Irène,Jana,"
		"Jasmin,Josiane,Käthi,Karin,Ladina,Lara,Laurence,Lea,Livia,Lorena,Luana,Lynn,"
		"Manon,Margrit,Martina,Mélanie,Michelle,Mireille,Monika,Nadine,Nicole,Noemi,"
		"Océane,Priska,Ramona,Regula,Rita,Ruth,Sabine,Seraina,Silvia,Solange,Tamara,"
		"Ursina,Verena,Yvonne",
	.last =
		"Aebi,Aeschbacher,Ammann,Arnold,Bachmann,Baumann,Bernasconi,Bianchi,Bieri,Blanc,"
		"Bohnenblust,Brunner,Bucher,Bühler,Burri,Caduff,Cavelti,Chappuis,Christen,"
		"Clément,Cuche,Demierre,Dubois,Egger,Egli,Emch,Etter,Favre,Felber,Ferrari,"
		"Flückiger,Frei,Frey,Fuchs,Furrer,Gasser,Gerber,Giger,Graf,Grosjean,Gutknecht,"
		"Hofer,Hofstetter,Huber,Hürlimann,Imhof,Jaquet,Jeanneret,Kägi,Kälin,Keller,"
		"Koller,Kunz,Lehmann,Leuenberger,Lüthi,Marti,Meier,Moret,Moser,Müller,Nägeli,"
		"Odermatt,Perrin,Pfister,Piguet,Rochat,Rossi,Röthlisberger,Schär,Schneider,"
		"Stähli,Steiner,Studer,Suter,Tobler,Vögeli,Wäfler,Wüthrich,Zaugg,Zbinden,"
		"Zimmermann,Zürcher",
	.street =
		"Aarestrasse,Alpenweg,Avenue de la Gare,Avenue du Lac,Bahnhofstrasse,Bergstrasse,"
		"Bundesgasse,Burgweg,Chemin des Vignes,Chemin du Moulin,Dorfplatz,Dorfstrasse,"
		"Feldweg,Grand-Rue,Hauptgasse,Hirschengraben,Kirchweg,Kornhausplatz,Kramgasse,"
		"Lindenhof,Mühlegasse,Place du Marché,Quai du Mont-Blanc,Rue de Bourg,"
		"Rue de l'Hôpital,Rue du Rhône,Schulhausstrasse,Seestrasse,Spitalgasse,Unterdorf,"
		"Via Cattedrale,Via Nassa,Viale Stazione,Weinbergstrasse,Zähringerstrasse",
	.city =
		"Aarau,Altdorf,Appenzell,Baden,Basel,Bellinzona,Bern,Biel/Bienne,Bulle,Burgdorf,"
		"Chur,Davos,Delémont,Einsiedeln,Frauenfeld,Fribourg,Genève,Glarus,Herisau,"
		"Interlaken,Köniz,Kreuzlingen,La Chaux-de-Fonds,Langenthal,Lausanne,Locarno,"
		"Lugano,Luzern,Martigny,Montreux,Morges,Neuchâtel,Nyon,Olten,Rapperswil,Sarnen,"
		"Schaffhausen,Schwyz,Sion,Solothurn,St. Gallen,Thun,Uster,Vevey,Winterthur,"
		"Yverdon,Zermatt,Zug,Zürich",
	.state =
		"Aargau,Appenzell Ausserrhoden,Basel-Landschaft,Basel-Stadt,Bern,Fribourg,Genève,"
		"Glarus,Graubünden,Jura,Luzern,Neuchâtel,Nidwalden,Obwalden,Schaffhausen,Schwyz,"
		"Solothurn,St. Gallen,Thurgau,Ticino,Uri,Valais,Vaud,Zug,Zürich",
	.male_titles =
		"Monsieur",
	.female_titles =
		"Madame,Mademoiselle",
	.double_first = "-",
	.double_first_percent = 10,
	.double_last = "-",
	.double_last_percent = 12,
	.postcode_min = 1000,
	.postcode_max = 9999,
	.phone = "07[5-9] ### ## ##",
	.cell = "07[5-9] ### ## ##",
	.id_name = "AVS",
	.id_value = "756.####.####.##",
};
/* clang-format on */
