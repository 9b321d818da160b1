/*
 * nat_de.c - names, places and number formats of Germany. See nationality.h.
 */
#include "simulator/nationality.h"

/* clang-format off */
const struct nationality nationality_de = {
	.code = "DE",
	.country = "Germany",
	.male =
		"Achim,Alfred,Anton,Axel,Bastian,Bernd,Carsten,Christoph,Claus,Detlef,Dieter,"
		"Eckhard,Egon,Emil,Erik,Falk,Felix,Frank,Friedrich,Georg,Gerd,Götz,Günter,Hannes,"
		"Harald,Hartmut,Heiko,Helmut,Henning,Holger,Ingo,Jakob,Jannik,Jens,Joachim,Jonas,"
		"Jörg,Julius,Jürgen,Kai,Karl,Klaus,Lars,Leon,Linus,Lothar,Ludwig,Manfred,Marius,"
		"Moritz,Niklas,Norbert,Olaf,Oskar,Otto,Philipp,Rainer,Rüdiger,Sönke,Stefan,Sven,"
		"Theo,Thorsten,Till,Tobias,Udo,Uwe,Volker,Wolfgang",
	.female =
		"Agnes,Andrea,Angelika,Anke,Anneliese,Antje,Astrid,Bärbel,Birgit,Brigitte,Carla,"
		"Charlotte,Christa,Clara,Cordula,Dagmar,Doris,Edith,Elke,Elsa,Emilia,Erika,Eva,"
		"Frauke,Frieda,Gabi,Gerda,Gisela,Greta,Grit,Gudrun,Hannelore,Heike,Helga,"
		"Henriette,Hilde,Ida,Ilse,Ina,Inge,Jana,Johanna,Jule,Jutta,Karin,Katrin,Kerstin,"
		"Klara,Leonie,Lieselotte,Lotte,Luise,Maike,Marlene,Martha,Mathilda,Meike,Merle,"
		"Nele,Petra,Renate,Rosemarie,Sabine,Sigrid,Silke,Swantje,Ulrike,Ursula,Waltraud,"
		"Wiebke",
	.last =
		"Ackermann,Albrecht,Arndt,Barth,Bauer,Baumgart,Beckmann,Berger,Bergmann,Böhm,"
		"Böttcher,Brandt,Brinkmann,Busch,Decker,Dietrich,Dörr,Ebert,Eckert,Engel,Fiedler,"
		"Fink,Förster,Frank,Fröhlich,Geiger,Graf,Groß,Günther,Haas,Hahn,Hartmann,"
		"Heinrich,Hermann,Heß,Hoffmann,Horn,Jäger,Jansen,Kaiser,Kästner,Keil,Kirsch,"
		"Köhler,König,Körner,Kraft,Krämer,Kuhn,Lindner,Löffler,Lorenz,Ludwig,Maurer,"
		"Mertens,Metzger,Mohr,Möller,Naumann,Neumann,Nowak,Oppermann,Ott,Paulsen,"
		"Pfeiffer,Pohl,Probst,Rauch,Reinhardt,Richter,Ritter,Rößler,Sauer,Schäfer,Scholz,"
		"Schreiber,Schröder,Schubert,Schuster,Seidel,Sommer,Stein,Thiel,Ullrich,Vogt,Voß,"
		"Wagner,Weiß,Winkler,Wolff,Zander,Ziegler",
	.street =
		"Ahornweg,Am Bahnhof,Am Markt,Am Sportplatz,Amselweg,An der Mühle,Bachstraße,"
		"Bergstraße,Birkenallee,Blumenweg,Brunnengasse,Buchenweg,Burgstraße,Dorfstraße,"
		"Eichendorffstraße,Feldstraße,Finkenweg,Friedhofstraße,Gartenstraße,Goethestraße,"
		"Grüner Weg,Hauptstraße,Hinter der Kirche,Im Winkel,Industriestraße,Jahnstraße,"
		"Kastanienallee,Lessingstraße,Lindenstraße,Mozartstraße,Neue Straße,Ringstraße,"
		"Schillerplatz,Schulstraße,Tannenweg,Uferstraße,Waldweg,Wiesengrund,"
		"Ziegeleistraße",
	.city =
		"Aachen,Augsburg,Bamberg,Berlin,Bielefeld,Bochum,Bonn,Bremerhaven,Chemnitz,"
		"Cottbus,Darmstadt,Dessau,Dresden,Düsseldorf,Eisenach,Erfurt,Essen,Flensburg,"
		"Freiburg,Fürth,Görlitz,Göttingen,Greifswald,Halle,Hamburg,Hameln,Heidelberg,"
		"Hildesheim,Ingolstadt,Jena,Kassel,Kiel,Köln,Konstanz,Leipzig,Lübeck,Lüneburg,"
		"Magdeburg,Mainz,Mannheim,München,Münster,Nürnberg,Oldenburg,Osnabrück,Passau,"
		"Potsdam,Regensburg,Rostock,Saarbrücken,Schwerin,Stuttgart,Trier,Tübingen,Ulm,"
		"Weimar,Wiesbaden,Würzburg,Zwickau",
	.state =
		"Baden-Württemberg,Bayern,Berlin,Brandenburg,Bremen,Hamburg,Hessen,"
		"Mecklenburg-Vorpommern,Niedersachsen,Nordrhein-Westfalen,Rheinland-Pfalz,"
		"Saarland,Sachsen,Sachsen-Anhalt,Schleswig-Holstein,Thüringen",
	.double_first = "-",
	.double_first_percent = 8,
	.double_last = "-",
	.double_last_percent = 12,
	.postcode_min = 10000,
	.postcode_max = 99999,
	.phone = "0###-#######",
	.cell = "017#-#######",
	.id_name = "SVNR",
	.id_value = "## %d%m%y %L ###",
};
/* clang-format on */
